// `[data-live="address"]`: its content is asked for anew every `data-live-seconds`, with the ETag
// of what is shown, so that an unchanged page costs a 304. Rests while nobody looks at the page or
// something in it has the focus. The server counts these requests as nobody being at work.
export function wireLive() {
  for (const element of document.querySelectorAll("[data-live]")) {
    let tag = element.dataset.liveEtag ?? "";
    const ask = async () => {
      if (navigator.onLine === false) return;
      if (document.hidden || element.contains(document.activeElement)) return;
      const answer = await fetch(element.dataset.live, {
        headers: { "Jieyue-Live": "1", "If-None-Match": tag },
        cache: "no-store",
        credentials: "same-origin",
        redirect: "manual",
      });
      if (answer.type === "opaqueredirect") return location.reload(); // locked or signed out
      if (answer.status !== 200) return;
      tag = answer.headers.get("ETag") ?? "";
      const text = await answer.text();
      // Only our own server's template comes here, and the policy forbids scripts in it.
      element.innerHTML = text;
      window.htmx?.process(element);
    };
    setInterval(() => ask().catch(() => {}), Number(element.dataset.liveSeconds ?? 5) * 1000);
  }
}
