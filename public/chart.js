// Saves a chart: its points as CSV, its picture as PNG. Loaded when it is first asked for, by a button with `data-save` inside `.save`, whose `data-chart` is the chart's word.
import { fromStamp, short, stamp, zone } from '/clock.js';

/** Pixels of the picture for each of the page. */
const SCALE = 2;
/** Room below the card for the line that says what it is of. */
const FOOT = 26;
/** Parts of a card that are controls, or that show only to a pointer. */
const LEFT_OUT = '.save,.onward,.numbers,.vh,.crosshair,.tools';

export function save(button) {
  const group = button.closest('.save');
  if (button.dataset.save === 'csv') download(csvAddress(group.dataset.chart), '');
  else png(button.closest('.card'), group.dataset.chart);
}

function download(href, name) {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
}

/** The points of a chart, with the range of the page, and with its endpoint if it is about one. */
function csvAddress(chart) {
  const [, app, isEndpoint] = /^\/apps\/([^/]+)(\/endpoint)?/.exec(location.pathname);
  const shown = new URLSearchParams(location.search);
  const asked = new URLSearchParams({ format: 'csv' });
  if (shown.has('from') && shown.has('to')) {
    // A form writes times as the clocks of the page show them.
    for (const end of ['from', 'to']) asked.set(end, /^-?\d+$/.test(shown.get(end)) ? shown.get(end) : fromStamp(shown.get(end)));
  } else {
    asked.set('range', shown.get('range') ?? (isEndpoint ? '1h' : 'live'));
  }
  if (zone !== 'UTC') asked.set('tz', zone);
  if (isEndpoint) for (const part of ['method', 'path']) asked.set(part, shown.get(part) ?? '');
  return `/api/v1/apps/${app}/charts/${chart}?${asked}`;
}

/** Draws the card as it stands on the page: the canvas, the marks over it, and every text in its place. */
function png(card, chart) {
  const box = card.getBoundingClientRect();
  // The row of controls is left out.
  const bottom = card.querySelector('.save').getBoundingClientRect().top;
  const picture = document.createElement('canvas');
  picture.width = Math.ceil(box.width * SCALE);
  picture.height = Math.ceil((bottom - box.top + FOOT) * SCALE);
  const draw = picture.getContext('2d');
  draw.scale(SCALE, SCALE);
  draw.fillStyle = getComputedStyle(card).backgroundColor;
  draw.fillRect(0, 0, box.width, bottom - box.top + FOOT);
  draw.translate(-box.left, -box.top);
  const drawing = card.querySelector('canvas');
  const at = drawing.getBoundingClientRect();
  draw.drawImage(drawing, at.left, at.top, at.width, at.height);
  for (const mark of card.querySelectorAll('.legend i,.chart-ends span,.release,.lost,.marked')) swatch(draw, mark);
  texts(draw, card);
  const app = document.querySelector('h1')?.textContent ?? '';
  const range = document.querySelector('nav[aria-label="Range"] [aria-current]')?.textContent ?? '';
  const now = Math.floor(Date.now() / 1_000);
  const saved = `${stamp(now).slice(0, 16).replace('T', ' ')} ${short(now)}`;
  const plain = getComputedStyle(card.querySelector('.numbers') ?? card);
  draw.font = `12px ${plain.fontFamily}`;
  draw.fillStyle = plain.color;
  draw.fillText([app, range, saved].filter(Boolean).join(' · '), box.left + 14, bottom + FOOT - 8);
  picture.toBlob((blob) => {
    const address = URL.createObjectURL(blob);
    download(address, `${app}-${chart}.png`.replace(/[^\w.-]+/g, '-'));
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  });
}

/** A sample of a legend, or a mark over the drawing. */
function swatch(draw, mark) {
  const at = mark.getBoundingClientRect();
  const own = getComputedStyle(mark);
  const is = (name) => mark.classList.contains(name);
  draw.save();
  draw.globalAlpha = Number(own.opacity);
  if (is('release')) {
    draw.strokeStyle = own.borderLeftColor;
    draw.lineWidth = 1.5;
    draw.setLineDash([4, 3]);
    stroke(draw, [at.left, at.top], [at.left, at.bottom]);
  } else if (mark.closest('.chart-ends')) {
    draw.fillStyle = getComputedStyle(mark, '::before').backgroundColor;
    draw.fillRect(at.left, at.top + 2, 3, at.height - 4);
  } else if (is('lost') || is('marked')) {
    draw.fillStyle = is('lost') ? own.borderTopColor : own.backgroundColor;
    draw.globalAlpha *= is('lost') ? 0.3 : 1;
    draw.fillRect(at.left, at.top, at.width, at.height);
  } else {
    draw.strokeStyle = own.backgroundColor;
    draw.lineWidth = at.height;
    draw.setLineDash(is('dashed') ? [5, 2] : is('dotted') ? [2, 3] : is('dashdot') ? [6, 2, 2, 2] : []);
    stroke(draw, [at.left, at.top + at.height / 2], [at.right, at.top + at.height / 2]);
  }
  draw.restore();
}

function stroke(draw, from, to) {
  draw.beginPath();
  draw.moveTo(...from);
  draw.lineTo(...to);
  draw.stroke();
}

/** Every character of the card, where the page has it: a canvas knows no tabular figures. */
function texts(draw, card) {
  const isShown = (node) => (node.parentElement.closest(LEFT_OUT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const nodes = document.createTreeWalker(card, NodeFilter.SHOW_TEXT, isShown);
  const range = document.createRange();
  while (nodes.nextNode()) {
    const { currentNode: node } = nodes;
    const own = getComputedStyle(node.parentElement);
    draw.font = `${own.fontWeight} ${own.fontSize} ${own.fontFamily}`;
    draw.fillStyle = own.color;
    for (const { 0: character, index } of node.data.matchAll(/\S/gu)) {
      range.setStart(node, index);
      range.setEnd(node, index + character.length);
      const at = range.getBoundingClientRect();
      if (!at.width) continue;
      const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = draw.measureText(character);
      draw.fillText(character, at.left, at.top + (at.height - ascent - descent) / 2 + ascent);
    }
  }
}
