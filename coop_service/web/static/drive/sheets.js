// Sheets over the page: refusing goods, signing, and being asked once more.

import { button, h, openSheet } from "./dom.js";
import { goodsName } from "./goods.js";
import { shrinkPhoto, SignaturePad } from "./pictures.js";
import { t } from "./texts.js";

const REASONS = [
  "nobody_there",
  "damaged",
  "wrong_goods",
  "not_ordered",
  "not_ready",
  "poor_quality",
  "no_payment",
  "no_room",
  "other",
];
const MAX_PHOTOS = 4;

export function askAgain(question, yes, act) {
  openSheet(question, (close) => [
    h(
      "div",
      { class: "actions" },
      button(yes, () => (close(), act()), "danger"),
      button(t("back"), close),
    ),
  ]);
}

// `save(goods, reason, note, photos)`; goods: those of the stop that are not dealt with yet.
export function openRefusal(goods, save) {
  const photos = [];
  openSheet(t("refuse_title"), (close) => {
    const problem = h("p", { class: "problem", role: "alert" });
    const chosen = goods.map((one) => ({
      one,
      box: h("input", { type: "checkbox", checked: goods.length === 1 }),
    }));
    const reasons = REASONS.map((reason) => h("input", { type: "radio", name: "reason", value: reason }));
    const note = h("textarea", { rows: 2, maxLength: 400, "aria-label": t("refuse_note") });
    const taken = h("div", { class: "photos" });
    const camera = h("input", {
      type: "file",
      accept: "image/*",
      capture: "environment",
      class: "camera",
      onchange: () => takePhoto(camera, photos, taken, problem),
    });
    const confirm = () => {
      const refused = chosen.filter(({ box }) => box.checked).map(({ one }) => one);
      const reason = reasons.find((input) => input.checked)?.value;
      const text = note.value.trim();
      const wrong =
        (refused.length === 0 && "refuse_needs_goods") ||
        (!reason && "refuse_needs_reason") ||
        (reason === "other" && !text && "refuse_needs_note");
      if (wrong) {
        problem.textContent = PROBLEMS[wrong]();
        return;
      }
      close();
      save(refused, reason, text, photos);
    };
    return [
      h("h3", {}, t("refuse_goods")),
      chosen.map(({ one, box }) =>
        h("label", { class: "choice" }, box, h("span", {}, `${goodsName(one)} · ${one.pieces} ${t("pieces")}`)),
      ),
      h("h3", {}, t("refuse_reason")),
      h(
        "div",
        { class: "choices" },
        reasons.map((input) => h("label", { class: "choice" }, input, h("span", {}, t(`reason.${input.value}`)))),
      ),
      h("h3", {}, t("refuse_note")),
      note,
      h("label", { class: "button" }, t("photo"), camera),
      taken,
      problem,
      h("div", { class: "actions" }, button(t("refuse_save"), confirm, "danger"), button(t("cancel"), close)),
    ].flat();
  });
}

const PROBLEMS = {
  refuse_needs_goods: () => t("refuse_needs_goods"),
  refuse_needs_reason: () => t("refuse_needs_reason"),
  refuse_needs_note: () => t("refuse_needs_note"),
};

async function takePhoto(camera, photos, taken, problem) {
  const [file] = camera.files;
  camera.value = "";
  if (!file || photos.length >= MAX_PHOTOS) return;
  try {
    const photo = await shrinkPhoto(file);
    photos.push(photo);
    const address = URL.createObjectURL(photo);
    taken.append(
      h("img", {
        src: address,
        alt: t("photo_taken", { count: photos.length }),
        onload: () => URL.revokeObjectURL(address),
      }),
    );
    problem.textContent = "";
  } catch {
    problem.textContent = t("photo_bad");
  }
}

// `save(name, picture)`
export function openSignature(save) {
  // It takes the focus, or the keyboard would come up for the name.
  const canvas = h("canvas", {
    class: "signature",
    tabindex: "0",
    autofocus: true,
    "aria-label": t("sign_here"),
  });
  const pad = new SignaturePad(canvas);
  openSheet(t("sign_title"), (close) => {
    const problem = h("p", { class: "problem", role: "alert" });
    const name = h("input", { type: "text", maxLength: 60, autocomplete: "off" });
    const confirm = async () => {
      if (pad.isEmpty) {
        problem.textContent = t("sign_empty");
        return;
      }
      const picture = await pad.blob();
      close();
      save(name.value.trim(), picture);
    };
    return [
      h("p", { class: "hint" }, t("sign_here")),
      canvas,
      h("label", { class: "field" }, h("span", {}, t("sign_name")), name),
      problem,
      h(
        "div",
        { class: "actions" },
        button(t("sign_save"), confirm, "main"),
        button(t("sign_clear"), () => pad.clear()),
        button(t("cancel"), close),
      ),
    ];
  });
  pad.fit();
}
