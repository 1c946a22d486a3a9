// Charts: bars, lines, areas and pies. What is drawn also stands in a table for screen readers.

import { h, svg } from "./dom.js";

const WIDTH = 600;
const NARROWEST = 240;
const HEIGHT = 320;
const TOP = 10;
const RIGHT = 12;
const LETTER = 6.6; // about as wide as a letter of an axis is
const TICKS = 5;
const SMALLEST = 1e-300; // what is smaller loses its digits
const RADIUS = 120;
const KINDS = { bar: "Bar chart", line: "Line chart", area: "Area chart", pie: "Pie chart" };

/** Draw a `data_visualization` block. */
export function drawChart({ title, chart }) {
  const pie = chart.type === "pie";
  const entries = pie ? chart.segments.map((one) => one.label) : chart.series.map((one) => one.name);
  const drawn = pie ? drawPie(title, chart) : drawAxes(title, chart, WIDTH);
  return h("figure", { class: "chart" },
    h("figcaption", { class: "chart-title" }, title),
    pie ? drawn : keepWide(drawn, (width) => drawAxes(title, chart, width)),
    drawLegend(entries, pie ? chart.segments : null),
    drawTable(title, pie ? tableOfPie(chart) : tableOfAxes(chart)));
}

// The drawing is made for the room that it has, so that its words stay as large as others.
function keepWide(first, draw) {
  const box = h("div", { class: "chart-room" }, first);
  let width = WIDTH;
  new ResizeObserver(([{ contentRect: room }]) => {
    const now = Math.max(NARROWEST, Math.round(room.width));
    if (now === width || !room.width) return;
    width = now;
    box.replaceChildren(draw(width));
  }).observe(box);
  return box;
}

function drawing(title, chart, width, parts) {
  return svg("svg", { class: "chart-drawing", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT,
    role: "img", "aria-label": `${KINDS[chart.type]}: ${title}` }, parts);
}

function drawLegend(entries, segments) {
  const total = segments?.reduce((sum, one) => sum + one.value, 0);
  return h("ul", { class: "chart-legend", "aria-hidden": "true" }, entries.map((entry, index) => {
    const share = segments ? ` ${sayShare(segments[index].value / total)}` : "";
    const sign = svg("svg", { class: "chart-sign", viewBox: "0 0 10 10" },
      svg("rect", { class: `fill-${index}`, width: 10, height: 10, rx: 2 }));
    return h("li", {}, sign, entry + share);
  }));
}

// --- numbers ---------------------------------------------------------------------------------

function sayShort(value) {
  return new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 }).format(value);
}

function sayNumber(value) {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 }).format(value);
}

function sayShare(share) {
  return new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** Return round numbers that enclose `values` and 0, lowest first. */
function ticksOf(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const rough = (high === low ? 1 : high - low) / TICKS;
  if (!(rough > SMALLEST && rough < Infinity)) throw new RangeError("no axis goes from one of these numbers to another");
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((one) => one * power >= rough * 0.999);
  const ticks = [];
  for (let at = Math.floor(low / step); at * step < high + step * 0.999 || at < 1; at += 1) {
    ticks.push(at * step);
  }
  return ticks;
}

// --- bars, lines, areas ----------------------------------------------------------------------

function drawAxes(title, chart, width) {
  const { categories, x_label: below, y_label: beside } = chart.axis_config;
  const lines = chart.series.map((one) => {
    const values = new Map(one.data.map((point) => [point.label, point.value]));
    return { name: one.name, values: categories.map((category) => values.get(category)) };
  });
  const ticks = ticksOf(lines.flatMap((line) => line.values));
  const words = ticks.map(sayShort);
  const longest = Math.max(...categories.map((one) => one.length)) * LETTER;
  const slanted = longest * categories.length > width - 90;
  const figures = 14 + Math.max(...words.map((one) => one.length)) * LETTER + (beside ? 18 : 0);
  const left = slanted ? Math.max(figures, longest * 0.75) : figures;
  const bottom = (slanted ? 92 : 24) + (below ? 20 : 0);
  const room = (width - left - RIGHT) / categories.length;
  const span = ticks.at(-1) - ticks[0];
  const place = {
    room,
    x: (index) => left + room * (index + 0.5),
    y: (value) => TOP + (HEIGHT - TOP - bottom) * (1 - (value - ticks[0]) / span),
  };
  const parts = ticks.map((tick, index) => [
    svg("line", { class: tick ? "chart-line" : "chart-zero", x1: left, x2: width - RIGHT,
      y1: place.y(tick), y2: place.y(tick) }),
    svg("text", { class: "chart-text", x: left - 8, y: place.y(tick) + 4, "text-anchor": "end" }, words[index]),
  ]);
  parts.push(categories.map((category, index) => {
    const [x, y] = [place.x(index), HEIGHT - bottom + 16];
    const turned = slanted ? { "text-anchor": "end", transform: `rotate(-40 ${x} ${y})` } : { "text-anchor": "middle" };
    return svg("text", { class: "chart-text", x, y, ...turned }, category);
  }));
  if (below) {
    parts.push(svg("text", { class: "chart-axis", x: (left + width) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, below));
  }
  if (beside) {
    const middle = (TOP + HEIGHT - bottom) / 2;
    parts.push(svg("text", { class: "chart-axis", x: 14, y: middle, "text-anchor": "middle",
      transform: `rotate(-90 14 ${middle})` }, beside));
  }
  const draw = { bar: drawBars, line: drawLine, area: drawArea }[chart.type];
  parts.push(lines.map((line, index) => draw(line, index, { ...place, categories, count: lines.length })));
  return drawing(title, chart, width, parts);
}

function hint(name, category, value) {
  return svg("title", {}, `${category} · ${name}: ${sayNumber(value)}`);
}

function drawBars(line, index, { x, y, room, count, categories }) {
  const width = Math.min(56, (room * 0.8) / count);
  return line.values.map((value, at) => {
    const from = x(at) - (width * count) / 2 + width * index;
    const top = Math.min(y(value), y(0));
    return svg("rect", { class: `fill-${index}`, x: from + 0.5, y: top, width: Math.max(1, width - 1),
      height: Math.max(0.5, Math.abs(y(value) - y(0))) }, hint(line.name, categories[at], value));
  });
}

function pathOf(line, { x, y }) {
  return `M${line.values.map((value, at) => `${x(at)} ${y(value)}`).join("L")}`;
}

function drawLine(line, index, place) {
  const dots = line.values.map((value, at) =>
    svg("circle", { class: `fill-${index}`, cx: place.x(at), cy: place.y(value), r: 3.5 },
      hint(line.name, place.categories[at], value)));
  return [svg("path", { class: `chart-path stroke-${index}`, d: pathOf(line, place) }), dots];
}

function drawArea(line, index, place) {
  const [floor, last] = [place.y(0), line.values.length - 1];
  const closed = `${pathOf(line, place)}L${place.x(last)} ${floor}L${place.x(0)} ${floor}Z`;
  return [svg("path", { class: `chart-area fill-${index}`, d: closed }), drawLine(line, index, place)];
}

// --- pies ------------------------------------------------------------------------------------

function drawPie(title, chart) {
  const total = chart.segments.reduce((sum, one) => sum + one.value, 0);
  if (!(total > 0 && total < Infinity)) throw new RangeError("these numbers have no shares");
  const middle = HEIGHT / 2;
  const point = (share) => {
    const angle = share * 2 * Math.PI;
    return `${middle + RADIUS * Math.sin(angle)} ${middle - RADIUS * Math.cos(angle)}`;
  };
  let from = 0;
  const slices = chart.segments.map((segment, index) => {
    const share = segment.value / total;
    const to = from + share;
    const shown = svg("title", {}, `${segment.label}: ${sayNumber(segment.value)} (${sayShare(share)})`);
    const attributes = { class: `chart-slice fill-${index}` };
    const slice = share > 0.9999
      ? svg("circle", { ...attributes, cx: middle, cy: middle, r: RADIUS }, shown)
      : svg("path", { ...attributes, d: `M${middle} ${middle}L${point(from)}A${RADIUS} ${RADIUS} 0 ${
          share > 0.5 ? 1 : 0} 1 ${point(to)}Z` }, shown);
    from = to;
    return slice;
  });
  return drawing(title, chart, HEIGHT, slices);
}

// --- the same in a table ---------------------------------------------------------------------

function tableOfPie({ segments }) {
  const total = segments.reduce((sum, one) => sum + one.value, 0);
  const rows = segments.map((one) => [one.label, sayNumber(one.value), sayShare(one.value / total)]);
  return [["", "Value", "Share"], ...rows];
}

function tableOfAxes({ series, axis_config: axes }) {
  const rows = axes.categories.map((category) => [
    category,
    ...series.map((one) => sayNumber(one.data.find((point) => point.label === category).value)),
  ]);
  return [[axes.x_label ?? "", ...series.map((one) => one.name)], ...rows];
}

function drawTable(title, [head, ...rows]) {
  return h("div", { class: "unseen" }, h("table", {}, h("caption", {}, title),
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, cell)))),
    h("tbody", {}, rows.map(([first, ...cells]) =>
      h("tr", {}, h("th", { scope: "row" }, first), cells.map((cell) => h("td", {}, cell)))))));
}
