// Saves what is being written in an assignment: after a pause, and again until it worked. Text not yet saved stays in the page.
// Without this script the form saves by its button.

const PAUSE = 3000; // ms without a key before saving
const AGAIN = 10_000; // ms until the next try on a cut line
const form = document.querySelector("[data-draft]");

if (form) {
  const said = form.querySelector("[data-saved]");
  let timer = 0;
  let sending = false;
  let changed = false;

  const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };

  async function save() {
    if (sending || !changed) return;
    sending = true;
    changed = false;
    const sent = new FormData(form);
    sent.delete("files"); // files go with the buttons
    said.textContent = "Đang lưu nháp…";
    try {
      const reply = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" } });
      if (reply.status === 409) {
        said.textContent = "Chưa lưu: bản nháp vừa được sửa ở cửa sổ khác. Bấm Lưu nháp để xem cả hai bản.";
      } else if (reply.ok) {
        const { revision, saved } = await reply.json();
        form.elements.based_on.value = revision;
        said.textContent = `Đã lưu nháp lúc ${saved}.`;
      } else {
        said.textContent = "Chưa lưu được. Nội dung vẫn còn trên trang; hãy bấm Lưu nháp để xem chỗ cần sửa.";
      }
    } catch {
      changed = true;
      said.textContent = "Mất mạng, chưa lưu được. Nội dung vẫn còn trên trang và sẽ tự lưu khi có mạng lại.";
      later(AGAIN);
    }
    sending = false;
    if (changed) later(PAUSE);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    changed = true;
    later(PAUSE);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
