'use strict';
// Keeps pages up to date, and shows times in the browser's zone. Pages work without it.
(() => {
  const format = new Intl.DateTimeFormat('sv-SE', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'the time of this browser';

  function localTimes(root) {
    for (const time of root.querySelectorAll('time[datetime]')) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.getTime())) {
        time.title = time.dateTime.replace('T', ' ').replace(/\.\d+Z|Z/, ' UTC');
        time.textContent = format.format(at);
      }
    }
  }

  // What a person holds, reads out or has opened is not taken away.
  function busy(part) {
    const active = document.activeElement;
    const selection = document.getSelection();
    return (active !== null && active !== document.body && part.contains(active))
      || (selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode))
      || part.querySelector('details[open]') !== null;
  }

  function show(part, html) {
    if (part === null || busy(part)) {
      return;
    }
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    localTimes(parsed);
    part.replaceChildren(...parsed.body.childNodes);
  }

  const part = document.querySelector('[data-live]');
  const link = document.getElementById('link');
  let shown = null;
  let fetching = false;

  // A page of its own content asks for itself when something has changed, while somebody can see it.
  async function reload(number) {
    if (shown === null) {
      shown = number;
    }
    if (number === shown || fetching || document.hidden || busy(part)) {
      return;
    }
    fetching = true;
    try {
      const answer = await fetch(location.href, {headers: {Accept: 'text/html'}});
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const fresh = page.querySelector('[data-live]');
        if (fresh !== null) {
          show(part, fresh.innerHTML);
          shown = number;
        }
      }
    } catch (e) {
      // The next event tries again.
    } finally {
      fetching = false;
    }
  }

  function listen() {
    const source = new EventSource('/live');
    const kind = part.dataset.live;
    source.addEventListener(kind, (event) => {
      link.textContent = 'Live.';
      if (kind === 'changed') {
        reload(event.data);
      } else if (!document.hidden) {
        show(part, event.data);
      }
    });
    source.onerror = () => {
      link.textContent = source.readyState === EventSource.CLOSED
        ? 'Not live: reload to see the next state.' : 'The console does not answer.';
    };
  }

  localTimes(document);
  document.getElementById('zone').textContent = 'Times are of ' + zone + '; UTC on hover.';
  if (part !== null && 'EventSource' in window) {
    listen();
  }
})();
