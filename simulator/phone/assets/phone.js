// What the pages can do only with a script. All of them work without.
"use strict";

// Who sent something wrong is told first.
document.getElementById("alert")?.focus();

// Fields that depend on another answer show when it is given.
for (const group of document.querySelectorAll("[data-when]")) {
  const deciders = [...document.getElementsByName(group.dataset.when)];
  const decide = () => {
    const chosen = deciders.find((d) => d.type !== "radio" || d.checked);
    group.hidden = !chosen || chosen.value.trim().toLowerCase() !== group.dataset.is;
  };
  deciders.forEach((d) => d.addEventListener("change", decide));
  decide();
}

// A file that is too large is refused before it is sent.
for (const form of document.querySelectorAll("form[data-most]")) {
  for (const input of form.querySelectorAll("input[type=file]")) {
    const error = document.getElementById(input.id + "-error");
    input.addEventListener("change", () => {
      const large = input.files.length > 0 && input.files[0].size > Number(form.dataset.most);
      error.textContent = large ? form.dataset.tooLarge : "";
      error.hidden = !large;
      input.parentElement.classList.toggle("wrong", large);
      input.setAttribute("aria-invalid", String(large));
      input.setAttribute("aria-describedby", error.id);
      if (large) input.value = "";
    });
  }
}

// A form goes once, however often the button is touched.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    form.querySelector("button[type=submit]").setAttribute("aria-busy", "true");
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("button[type=submit]").removeAttribute("aria-busy");
  }
});

// A signature is drawn in dark ink on white paper, in light and dark alike.
const pad = document.getElementById("pad");
if (pad) {
  const canvas = document.getElementById("canvas");
  const drawing = document.getElementById("drawing");
  const pen = canvas.getContext("2d");
  const blank = () => {
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    drawing.value = "";
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * canvas.width) / box.width,
      ((event.clientY - box.top) * canvas.height) / box.height,
    ];
  };
  let last = null;
  const draw = (event) => {
    const next = place(event);
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    last = next;
  };
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#18225c";
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    draw(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last) draw(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (last) drawing.value = canvas.toDataURL("image/png");
      last = null;
    });
  }
  document.getElementById("clear").addEventListener("click", blank);
  blank();
  pad.hidden = false;
}
