// Says whether what is written has been saved, and sends it again when the line comes back. The form saves itself by htmx.
const form = document.getElementById("soan");
const AGAIN = 10_000; // ms

function say(state, text) {
  const place = document.getElementById("save");
  if (place.dataset.state === state && place.textContent === text) return;
  place.dataset.state = state;
  place.textContent = text;
}

function again() {
  setTimeout(() => htmx.trigger(form, "change"), AGAIN);
}

// Two versions lie side by side: nothing is saved until the person says so by the button.
if (form && "merging" in form.dataset) {
  let unsaved = false;
  form.addEventListener("input", () => { unsaved = true; say("waiting", "Chưa lưu. Gộp xong hai bản thì bấm Lưu nháp."); });
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}

if (form?.hasAttribute("hx-post")) {
  let unsaved = false;
  form.addEventListener("input", () => {
    unsaved = true;
    say("saving", "Đang lưu…");
  });
  form.addEventListener("submit", () => { unsaved = false; });
  form.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) unsaved = false; });
  form.addEventListener("htmx:sendError", () => {
    say("waiting", "Mất mạng, chưa lưu. Đừng đóng trang; hệ thống tự gửi lại.");
    again();
  });
  form.addEventListener("htmx:responseError", (event) => {
    const signedOut = event.detail.xhr.status === 401;
    say("failed", signedOut ? "Chưa lưu: phiên làm việc đã hết. Đăng nhập lại ở thẻ khác rồi bấm Lưu nháp." : "Chưa lưu được. Hệ thống tự thử lại.");
    if (!signedOut) again();
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
