// Of every page of the door: the code that was typed, the wait for a server, the check of a network.

/** As hand-outs print it: a code has no I, L, O, and a reader may see one. */
const canonical = (typed) =>
  typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
    .replace(/(.{4})(?=.)/g, '$1-');

const form = document.querySelector('form#code');
const note = document.querySelector('#note');

if (note && !navigator.cookieEnabled) note.textContent = 'This browser refuses cookies. Allow them for this address.';

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  const code = canonical(new FormData(form).get('code'));
  if (/^.{4}-.{4}-.{4}$/.test(code)) location.assign(`/j/${code}`);
  else note.textContent = `A code has 12 letters and digits. You typed ${code.replaceAll('-', '').length}.`;
});

if (form) {
  // A link that was typed from paper may have such a letter, too.
  const [, typed] = /^\/j\/(.+)$/i.exec(decodeURIComponent(location.pathname)) ?? [];
  if (typed && canonical(typed) !== typed.toUpperCase() && /^.{4}-.{4}-.{4}$/.test(canonical(typed)))
    location.replace(`/j/${canonical(typed)}`);
}

if (document.querySelector('#wait')) {
  let pause = 1000;
  const heading = document.querySelector('h1').textContent;
  const look = async () => {
    const answer = await fetch('/api', { cache: 'no-store' }).catch(() => undefined);
    // A class that is paused, or continues, has another page.
    const isSame = answer?.status === 503 && (await answer.text()).includes(heading);
    if (answer && !isSame) return location.reload();
    // Not all at once, when a whole class waits.
    pause = Math.min(pause * 1.5, 15_000);
    setTimeout(look, pause * (0.75 + Math.random() / 2));
  };
  setTimeout(look, pause);
}

function cookiesWork() {
  // biome-ignore lint/suspicious/noDocumentCookie: the page tests just that.
  document.cookie = 'class-check=1; Secure; SameSite=Lax; Path=/; Max-Age=60';
  return document.cookie.includes('class-check=1');
}

/** Whether a WebSocket to the notebook server opens within ten seconds. */
const socketOpens = () =>
  new Promise((resolve) => {
    const socket = new WebSocket(`wss://${location.host}/api/events/subscribe`);
    const end = (opened) => {
      resolve(opened);
      socket.close();
    };
    setTimeout(() => end(false), 10_000);
    socket.onopen = () => end(true);
    socket.onerror = () => end(false);
  });

/** What the door answers about the seat, by its status. */
const seatTexts = {
  200: ['good', 'This browser has your seat, and your notebook server answers.'],
  401: ['bad', 'This browser has no seat at this address. Open your personal link, then load this page again.'],
  503: ['bad', 'This browser has your seat, but your notebook server is not running. Load this page again later.'],
};

async function checkNetwork(verdict) {
  let failed = 0;
  const show = (id, [state, text]) => {
    const place = document.querySelector(`#${id}`);
    place.dataset.state = state;
    place.textContent = text;
    if (state === 'bad') failed += 1;
  };
  show(
    'cookies',
    cookiesWork()
      ? ['good', 'This browser takes cookies.']
      : ['bad', 'This browser refuses cookies. Allow them for this address, or use another browser.'],
  );
  const answer = await fetch('/api', { cache: 'no-store' }).catch(() => undefined);
  show(
    'seat',
    seatTexts[answer?.status] ?? ['bad', `The door answers ${answer?.status ?? 'nothing'}. Tell your teacher.`],
  );
  if (answer?.status !== 200) show('sockets', ['unknown', 'Not checked: this needs your notebook server.']);
  else if (await socketOpens()) show('sockets', ['good', 'A WebSocket opens.']);
  else
    show('sockets', [
      'bad',
      `This network blocks WebSockets to ${location.host}: cells and terminals cannot run. Use another network, such as a phone's hotspot.`,
    ]);
  verdict.textContent = failed === 0 ? 'Everything works here.' : 'Something does not work here: see below.';
}

const verdict = document.querySelector('#verdict');
if (verdict) void checkNetwork(verdict);
