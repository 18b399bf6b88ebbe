// Sign-in and password pages: "Hiện mật khẩu". The button is hidden until this script can serve it.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const fields = button.dataset.reveal.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") === "true";
    for (const field of fields) field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.textContent = shown ? "Hiện mật khẩu" : "Ẩn mật khẩu";
  });
}

// Activation slips: the print button.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
