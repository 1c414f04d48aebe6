// Light or dark: the system's choice until somebody presses the switch; then a cookie, which the
// server reads so that no page flashes.
export function wireTheme() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const now = root.dataset.theme ? (root.dataset.theme === "qingbu" ? "light" : "dark") : system;
    const next = now === "dark" ? "light" : "dark";
    root.dataset.theme = next === "dark" ? "qingbu-dark" : "qingbu";
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `jieyue_theme=${next};path=/;max-age=31536000;samesite=lax${secure}`;
  });
}
