// Messages on a phone though no page is open: the service worker imports this (RFC 8030, 8291).
//
// A push without words still shows something: browsers take the right away from who shows nothing.
const HOME = () => self.registration.scope;

function said(event) {
  try {
    return event.data?.json() ?? {};
  } catch {
    return {};
  }
}

self.addEventListener("push", (event) => {
  const { title, body, url, tag, lang } = said(event);
  const options = { body: body || "", tag: tag || "jieyue", lang: lang || "zh-CN", data: { url } };
  event.waitUntil(self.registration.showNotification(title || "书馆有新消息", options));
});

// Only pages of this library open, whatever a message says.
function target(url) {
  try {
    const address = new URL(url || HOME(), HOME());
    return address.origin === new URL(HOME()).origin ? address.href : HOME();
  } catch {
    return HOME();
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = target(event.notification.data?.url);
  event.waitUntil(
    (async () => {
      const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
      const open = pages.find((page) => page.url === address) ?? pages[0];
      if (!open) return self.clients.openWindow(address);
      await open.focus();
      if (open.url === address) return open;
      return open.navigate(address).catch(() => self.clients.openWindow(address));
    })(),
  );
});
