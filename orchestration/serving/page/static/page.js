// Looks for newer builds, and shows them without losing the reader's choice, which is in the URL.
const shown = document.documentElement.dataset.snapshot;
async function look() {
  try {
    const answer = await fetch('/snapshot', { cache: 'no-store' });
    if (answer.ok && (await answer.json()).id !== shown) location.reload();
  } catch {
    // The server is away: what is shown stays.
  }
}
if (shown) setInterval(look, 5000);

// Old data is said to be old, by the reader's clock.
const until = document.querySelector('time[datetime]');
if (until && Date.now() - Date.parse(until.dateTime) > 36 * 3600 * 1000) until.classList.add('old');

const theme = document.querySelector('.theme');
const chosen = localStorage.getItem('theme');
if (chosen) document.documentElement.dataset.theme = chosen;
if (theme) {
  theme.hidden = false;
  theme.addEventListener('click', () => {
    const dark = getComputedStyle(document.documentElement).colorScheme.includes('dark');
    document.documentElement.dataset.theme = dark ? 'light' : 'dark';
    localStorage.setItem('theme', document.documentElement.dataset.theme);
  });
}
for (const select of document.querySelectorAll('.choose select'))
  select.addEventListener('change', () => select.form.requestSubmit());
