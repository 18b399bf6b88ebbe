// Pictures that come with a pasted text: inside the HTML itself (data:), beside it as files, or, from Word, inside the RTF of the same
// clipboard; and the question what a picture shows, without which none is put into a lesson.

const TYPES = { png: "image/png", jpeg: "image/jpeg" };

/** The pictures of a Word clipboard's RTF, in their order; what RTF keeps beside them for old readers (WMF) is passed over. */
export function fromRtf(rtf) {
  const found = [];
  for (let at = rtf.indexOf("{\\pict"); at >= 0; at = rtf.indexOf("{\\pict", at + 6)) {
    const own = ownText(rtf, at);
    const kind = /\\(png|jpeg)blip/.exec(own)?.[1];
    const digits = own.replace(/\\[a-z]+-?\d*/gi, "").replace(/[^0-9a-f]/gi, "");
    if (!kind || digits.length < 64) continue;
    const bytes = Uint8Array.from({ length: digits.length >> 1 }, (_, n) => Number.parseInt(digits.slice(n * 2, n * 2 + 2), 16));
    found.push(new File([bytes], `anh-word-${found.length + 1}.${kind === "png" ? "png" : "jpg"}`, { type: TYPES[kind] }));
  }
  return found;
}

/** The text of the RTF group that begins at `at`, without the groups inside it. */
function ownText(rtf, at) {
  let depth = 0;
  let from = at + 1;
  let own = "";
  for (let n = at; n < rtf.length; n += 1) {
    if (rtf[n] === "{") {
      if (depth === 1) own += `${rtf.slice(from, n)} `;
      depth += 1;
    } else if (rtf[n] === "}") {
      depth -= 1;
      if (depth === 1) from = n + 1;
      if (depth === 0) return own + rtf.slice(from, n);
    }
  }
  return "";
}

function fromData(src, n) {
  const found = /^data:image\/(png|jpe?g|gif|webp|bmp);base64,([\sA-Za-z0-9+/=]+)$/i.exec(src);
  if (!found) return null;
  try {
    const bytes = Uint8Array.from(atob(found[2].replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
    return new File([bytes], `anh-dan-${n + 1}.${found[1].toLowerCase().replace("jpeg", "jpg")}`, { type: `image/${found[1].toLowerCase()}` });
  } catch {
    return null; // not base64 after all
  }
}

/** For each picture of a pasted text its File, or null where the clipboard does not hold it. */
export function found(pictures, clipboard) {
  const files = [...clipboard.files].filter((one) => one.type.startsWith("image/"));
  const outside = pictures.filter((one) => !one.src.startsWith("data:")).length;
  const rtf = fromRtf(clipboard.getData("text/rtf"));
  const beside = files.length >= outside ? files : rtf.length >= outside ? rtf : [];
  let next = 0;
  return pictures.map((one, n) => (one.src.startsWith("data:") ? fromData(one.src, n) : beside[next++] ?? null));
}

/** What a picture was called where it came from, for the message that it is missing. */
export function nameOf(src, n) {
  const last = src.startsWith("data:") ? "" : src.split(/[\\/?#]/).filter(Boolean).pop() ?? "";
  try {
    return decodeURIComponent(last) || `ảnh thứ ${n + 1}`;
  } catch {
    return last;
  }
}

/** Ask what the picture at `src` shows: the words, "-" when it only decorates, null when it is not to be put in. */
export function described(dialog, src, alt = "") {
  const form = dialog.querySelector("form");
  const { words, decorative } = form.elements;
  const fault = dialog.querySelector("[data-fault]");
  dialog.querySelector("img").src = src;
  words.value = alt.slice(0, words.maxLength);
  words.disabled = decorative.checked = false;
  fault.hidden = true;
  words.removeAttribute("aria-invalid");
  decorative.onchange = () => { words.disabled = decorative.checked; fault.hidden = true; };
  form.onsubmit = (event) => {
    if (event.submitter?.value !== "in" || decorative.checked || words.value.trim()) return;
    event.preventDefault();
    fault.hidden = false;
    words.setAttribute("aria-invalid", "true");
    words.focus();
  };
  dialog.returnValue = "";
  dialog.showModal();
  words.focus();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      const said = decorative.checked ? "-" : words.value.replace(/[[\]\r\n]+/g, " ").trim();
      done(dialog.returnValue === "in" ? said : null);
    }, { once: true });
  });
}
