// Draws a plotly figure in the colours of the theme, and redraws it in place: zoom and hidden curves stay as they are.

const FONT_PX = 12;
let loading;

// app.py serves the file of the installed plotly package at this address.
function plotly(source) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(source, document.baseURI);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = undefined;
      reject(new Error("The chart library could not be loaded. Reload the page; start Netloom by app.py."));
    };
    document.head.append(script);
  });
  return loading;
}

function themeOf(element) {
  const style = getComputedStyle(element);
  const get = (name) => style.getPropertyValue(`--st-${name}`).trim();
  return {
    series: get("chart-categorical-colors").split(","),
    sequential: get("chart-sequential-colors").split(","),
    diverging: get("chart-diverging-colors").split(","),
    text: get("text-color"),
    muted: get("gray-text-color"),
    border: get("border-color"),
    background: get("background-color"),
    font: get("font"),
  };
}

// The placeholders of pages/ui/charts/style.py.
function colored(json, theme) {
  const colors = { "#000036": theme.muted, "#000037": theme.text, "#000038": theme.background, "#000039": theme.border };
  [theme.series, theme.sequential, theme.diverging].forEach((palette, kind) => {
    palette.slice(0, 10).forEach((color, index) => {
      colors[`#${String(10 * kind + index + 1).padStart(6, "0")}`] = color;
    });
  });
  return json.replace(/#0000[0-4]\d/g, (color) => colors[color] ?? color);
}

function template(theme) {
  const axis = {
    gridcolor: theme.border,
    linecolor: theme.border,
    zerolinecolor: theme.border,
    tickcolor: theme.border,
    tickfont: { color: theme.muted },
    title: { font: { color: theme.muted, size: FONT_PX + 1 } },
    automargin: true,
  };
  return {
    layout: {
      font: { family: theme.font, color: theme.text, size: FONT_PX },
      colorway: theme.series,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      hoverlabel: { bgcolor: theme.background, bordercolor: theme.border, font: { color: theme.text } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.muted, activecolor: theme.text },
      xaxis: axis,
      yaxis: axis,
    },
    data: { heatmap: [{ colorbar: { outlinewidth: 0, tickfont: { color: theme.muted } } }] },
  };
}

// A figure with a width of its own shrinks as a whole where there is less room; any other takes the room there is.
function sizeOf(host) {
  const room = host.parentElement.clientWidth;
  const { width, height } = host.wanted;
  if (!width || width <= room) return { width: width ?? room, height };
  return { width: room, height: Math.max(100, Math.round((height * room) / width)) };
}

export default async function ({ data, parentElement }) {
  if (!data.figure) return void (await plotly(data.source)); // only loaded ahead of need
  const host = parentElement.querySelector(".netloom-chart");
  const theme = themeOf(host);
  const json = colored(data.figure, theme);
  const looks = JSON.stringify(theme);
  if (host.drawn === json && host.looks === looks) return;
  Object.assign(host, { drawn: json, looks });
  host.setAttribute("role", "figure");
  host.setAttribute("aria-label", data.alt);
  const { data: traces, layout } = JSON.parse(json);
  host.wanted = { width: layout.width, height: layout.height };
  host.style.minHeight = `${sizeOf(host).height}px`; // so that nothing moves when the chart comes
  const Plotly = await plotly(data.source);
  Object.assign(layout, { template: template(theme), ...sizeOf(host) });
  await Plotly.react(host, traces, layout, data.config);
  if (host.watched) return;
  host.watched = new ResizeObserver(() => {
    const size = sizeOf(host);
    if (!size.width || size.width === host.layout.width) return;
    host.style.minHeight = `${size.height}px`;
    Plotly.relayout(host, size);
  });
  host.watched.observe(host.parentElement);
}
