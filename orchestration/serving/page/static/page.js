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

// Tables are sorted by the column that is pressed; figures as figures.
function figure(text) {
  const found = text.replace(/[,$%+]/g, '').replace('−', '-').match(/-?\d+(\.\d+)?/);
  if (!found) return null;
  return (text.trim().startsWith('▼') ? -1 : 1) * Number(found[0]);
}
for (const table of document.querySelectorAll('table.sortable'))
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (table.tBodies[0].rows[0]?.cells[column].querySelector('polyline')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const isNumber = head.classList.contains('n') || column > 0;
      const order = head.ariaSort === (isNumber ? 'descending' : 'ascending') ? -1 : 1;
      const rows = [...table.tBodies[0].rows];
      const text = (row) => row.cells[column].innerText;
      rows.sort((one, other) =>
        isNumber
          ? order * ((figure(text(other)) ?? -Infinity) - (figure(text(one)) ?? -Infinity))
          : order * text(one).localeCompare(text(other))
      );
      for (const cell of head.parentNode.cells) cell.ariaSort = null;
      head.ariaSort = (order === 1) === isNumber ? 'descending' : 'ascending';
      table.tBodies[0].append(...rows);
    });
  });

// A block can be folded, and stays so.
const folded = new Set(JSON.parse(localStorage.getItem('folded') || '[]'));
for (const section of document.querySelectorAll('section[data-title]')) {
  const title = section.dataset.title.replace(/\d+/, '');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'fold';
  const what = document.createElement('span');
  what.className = 'hidden';
  what.textContent = ` ${section.dataset.title}`;
  button.append('Hide', what);
  const show = () => {
    section.classList.toggle('folded', folded.has(title));
    button.firstChild.data = folded.has(title) ? 'Show' : 'Hide';
    button.setAttribute('aria-expanded', String(!folded.has(title)));
  };
  button.addEventListener('click', () => {
    folded.has(title) ? folded.delete(title) : folded.add(title);
    localStorage.setItem('folded', JSON.stringify([...folded]));
    show();
  });
  section.querySelector('header').append(button);
  show();
}
