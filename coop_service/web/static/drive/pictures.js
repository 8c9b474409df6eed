// Photos are made small on the phone: a village's connection is thin.

const LONGEST_PX = 1280;
const MAX_BYTES = 2 * 1024 * 1024;
const QUALITIES = [0.8, 0.6, 0.4];

function toBlob(canvas, type, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), type, quality);
  });
}

// A JPEG of at most LONGEST_PX on its longer side.
export async function shrinkPhoto(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (const quality of QUALITIES) {
    const blob = await toBlob(canvas, "image/jpeg", quality);
    if (blob.size <= MAX_BYTES) return blob;
  }
  throw new Error("the picture stays too large");
}

// Lets somebody write on a canvas with finger, pen or mouse.
export class SignaturePad {
  constructor(canvas) {
    this.canvas = canvas;
    this.isEmpty = true;
    this.pen = canvas.getContext("2d");
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.draw(event));
  }

  // To be called once the canvas is on the page: its pixels follow its size there.
  fit() {
    const box = this.canvas.getBoundingClientRect();
    this.canvas.width = Math.round(box.width * 2);
    this.canvas.height = Math.round(box.height * 2);
    this.clear();
  }

  clear() {
    this.pen.fillStyle = "#fff";
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.isEmpty = true;
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * 2, (event.clientY - box.top) * 2];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.place(event);
    event.preventDefault();
  }

  draw(event) {
    if (!this.last || event.buttons === 0) return;
    const next = this.place(event);
    this.pen.lineWidth = 5;
    this.pen.lineCap = "round";
    this.pen.strokeStyle = "#111";
    this.pen.beginPath();
    this.pen.moveTo(...this.last);
    this.pen.lineTo(...next);
    this.pen.stroke();
    this.last = next;
    this.isEmpty = false;
  }

  blob() {
    return toBlob(this.canvas, "image/png");
  }
}
