// Sends a video with its progress, and lets one stop it. Without this the form sends itself, and the browser alone shows that it does.
const form = document.querySelector("form[data-film]");
const box = form.querySelector("[data-sending]");
const bar = box.querySelector("progress");
const percent = box.querySelector("[data-percent]");
const said = form.querySelector("[data-said]"); // read out: few words, not every per cent
const buttons = { send: form.querySelector("[data-send]"), stop: box.querySelector("[data-stop]") };
let sending = null;
let told = 0;

const megabytes = (bytes) => (bytes / 1048576).toLocaleString("vi-VN", { maximumFractionDigits: 1 });

function say(text, wrong = false) {
  said.textContent = text;
  said.classList.toggle("field-error", wrong);
}

function show(loaded, total) {
  const share = total ? Math.floor((100 * loaded) / total) : 0;
  bar.value = share;
  percent.textContent = `${share}% (${megabytes(loaded)}/${megabytes(total)} MB)`;
  if (share >= 100) return say("Đã gửi hết, hệ thống đang lưu video…");
  if (share >= told + 25) {
    told = share - (share % 25);
    say(`Đã gửi ${told}%.`);
  }
  return undefined;
}

function ended(words, wrong = true) {
  sending = null;
  box.hidden = true;
  buttons.send.disabled = false;
  say(words, wrong);
  buttons.send.focus();
}

function answered(request) {
  const answer = request.response ?? {}; // null when it is no JSON
  if (request.status === 200 && answer.href) {
    sending = null;
    const [page, film] = answer.href.split("#");
    if (page === location.pathname) { // the same page with another anchor would not be asked for again
      history.replaceState(null, "", `#${film}`);
      return location.reload();
    }
    return location.assign(answer.href);
  }
  if (request.status === 401) return ended("Phiên làm việc đã hết. Đăng nhập lại ở thẻ khác rồi bấm Tải video lên.");
  return ended(answer.message ?? "Chưa tải được video. Hãy thử lại.");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (sending) return;
  const request = new XMLHttpRequest();
  sending = request;
  told = 0;
  request.open("POST", form.action);
  request.responseType = "json";
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (moved) => show(moved.loaded, moved.total));
  request.addEventListener("load", () => answered(request));
  request.addEventListener("error", () => ended("Mất mạng, chưa tải được video. Có mạng thì bấm Tải video lên."));
  request.addEventListener("abort", () => ended("Đã dừng, chưa tải video nào lên.", false));
  bar.value = 0;
  percent.textContent = "0%";
  box.hidden = false;
  buttons.send.disabled = true;
  say("Đang gửi video…");
  request.send(new FormData(form));
  buttons.stop.focus();
});

buttons.stop.addEventListener("click", () => sending?.abort());
window.addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
