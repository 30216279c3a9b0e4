// What the pages cannot do alone: focus after a swap, waiting words, show password, session notice.
"use strict";

const MINUTE = 60 * 1000;
const WARN_AFTER = 12 * MINUTE; // 15 minutes idle, and the last use may go unwritten for one
const openedAt = Date.now();
const status = () => document.getElementById("estado");
let waiting, warning;

function prepare(root) {
  for (const button of root.querySelectorAll("[data-reveal]")) button.hidden = false;
  const dialog = root.querySelector("dialog[open]");
  if (dialog) {
    dialog.close();
    dialog.showModal();
    dialog.addEventListener("close", () => root.querySelector("#id_number")?.focus());
  }
  else if (root.querySelector("[data-focus]")) root.querySelector("[data-focus]").focus();
  else (root.querySelector(".problems") || root.querySelector("h1"))?.focus({ preventScroll: true });
}

function watchSession() {
  clearTimeout(warning);
  const bar = document.getElementById("sesion");
  if (!bar) return;
  bar.hidden = true;
  const end = openedAt + bar.dataset.seconds * 1000 - Date.now();
  warning = setTimeout(() => { bar.hidden = false; }, Math.min(WARN_AFTER, end - 2 * MINUTE));
}

function busy(on) {
  clearTimeout(waiting);
  document.querySelector("main")?.setAttribute("aria-busy", on);
  if (!on) return;
  status().textContent = "";
  waiting = setTimeout(() => { status().textContent = status().dataset.waiting; }, 1000);
}

const closeMenu = () => document.querySelector(".menu[open]")?.removeAttribute("open");

// The header stays when the main part is swapped: its menu must learn where the visitor is.
function markMenu(main) {
  for (const link of document.querySelectorAll(".account a")) {
    if (link.getAttribute("href") !== main.dataset.menu) link.removeAttribute("aria-current");
    else link.setAttribute("aria-current", link.pathname === location.pathname ? "page" : "true");
  }
}

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".menu[open]");
  if (menu) menu.querySelector("summary").focus();
  if (event.key === "Escape") closeMenu();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu")) closeMenu();
  const button = event.target.closest("[data-reveal]");
  if (!button) return;
  const field = document.getElementById(button.dataset.reveal);
  const hidden = field.type === "password";
  field.type = hidden ? "text" : "password";
  const words = button.firstElementChild;
  [words.textContent, button.dataset.other] = [button.dataset.other, words.textContent];
});

// A form that htmx leaves alone must not be sent twice either.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  setTimeout(() => { for (const one of event.target.querySelectorAll("button")) one.disabled = true; });
});

document.addEventListener("htmx:before:request", () => busy(true));
document.addEventListener("htmx:after:request", () => { status().textContent = ""; watchSession(); });
document.addEventListener("htmx:finally:request", () => busy(false));
document.addEventListener("htmx:error", () => { status().textContent = status().dataset.offline; });
document.addEventListener("htmx:after:swap", (event) => {
  const main = document.getElementById("contenido");
  if (event.detail.ctx.target.id === main.id) {
    closeMenu();
    markMenu(main);
    window.scrollTo(0, 0);
    prepare(main);
  } else main.querySelector("#galeria a")?.focus();
});

// After signing out, Back must not show what the browser kept in memory.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

for (const button of document.querySelectorAll("[data-reveal]")) button.hidden = false;
document.querySelector(".problems")?.focus();
watchSession();
