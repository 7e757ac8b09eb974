// The frames in which a mail is shown.

// Shows a mail once it has come. A busy browser may not have gone to its #place while it was hidden:
// said once more, that is a way within the page, and nothing is asked for again.
export function reveal(mail, screen, then = () => {}) {
  mail.addEventListener(
    "load",
    () => {
      mail.classList.remove("incoming");
      for (const each of screen.querySelectorAll("iframe.mail")) if (each !== mail) each.remove();
      if (mail.src.includes("#")) mail.contentWindow.location.replace(mail.src);
      then();
    },
    { once: true },
  );
}

// A wide mail on a narrow screen is shown smaller, as mail programs do.
export function fit() {
  for (const screen of document.querySelectorAll(".screen[data-width]")) {
    const frame = screen.closest(".device");
    const room = screen.closest(".show").clientWidth - (frame ? frame.offsetWidth - frame.clientWidth : 2);
    const width = Number(screen.dataset.width);
    screen.style.setProperty("--mail-width", `${width}px`);
    const scale = Math.min(1, room / width);
    screen.style.setProperty("--scale", String(scale));
    if (screen.dataset.tall) screen.style.setProperty("--tall", `${screen.dataset.tall * scale}px`);
  }
}

addEventListener("resize", fit);
