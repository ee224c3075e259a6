// In the browser: draws the line charts of the page with uPlot, the library that Grafana draws them with.
import uPlot from 'uplot';
import type { Theme } from '../page.ts';
import type { View } from '../view.ts';
import { formatValue } from '../format.ts';

type Lines = Extract<View, { kind: 'lines' }>;

declare global {
  interface Window {
    drawCharts: (charts: readonly (Lines | null)[], theme: Theme) => void;
  }
}

window.drawCharts = (charts, theme) => {
  for (const section of document.querySelectorAll<HTMLElement>('section[data-colour]')) {
    section.style.background = section.dataset['colour'] ?? '';
    section.style.borderColor = 'transparent';
  }
  for (const [i, chart] of charts.entries()) {
    const element = document.getElementById(`panel-${i}`);
    if (chart !== null && element !== null) draw(element, chart, theme);
  }
  document.body.dataset['drawn'] = 'true';
};

function draw(element: HTMLElement, chart: Lines, theme: Theme): void {
  const legend = document.createElement('div');
  legend.className = 'legend';
  for (const { name, colour } of chart.lines) {
    const entry = document.createElement('span');
    const mark = document.createElement('i');
    mark.style.background = colour;
    entry.append(mark, name);
    legend.append(entry);
  }
  element.append(legend);
  const { width, height } = element.getBoundingClientRect();
  const soft = theme === 'dark' ? '#8e8fa0' : '#6b6f76';
  const grid = { stroke: theme === 'dark' ? '#26292f' : '#ececee', width: 1 };
  const shown = chart.stacked ? chart.lines.toReversed() : chart.lines;
  const sums = chart.stacked ? stackedValues(chart) : shown.map(({ values }) => [...values]);
  const highest = Math.max(
    ...sums.flat().map((value) => value ?? 0),
    chart.limit !== undefined && !chart.stacked ? chart.limit * 1.1 : 0,
    1e-9,
  );
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const bars = uPlot.paths.bars?.({ size: [0.9, 40] });
  const axis = {
    stroke: soft,
    grid,
    ticks: { show: false },
    font: '11px Inter, DejaVu Sans, sans-serif',
  };
  const plot = new uPlot(
    {
      width: width - 20,
      height: height - legend.getBoundingClientRect().height - 12,
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { range: [chart.from, chart.to] },
        y: {
          range: [
            0,
            chart.max ?? (chart.unit === 'none' ? Math.max(1, highest * 1.08) : highest * 1.1),
          ],
        },
      },
      axes: [
        {
          ...axis,
          values: (_, splits) =>
            splits.map((at) => new Date(at * 1000).toISOString().slice(11, 16)),
        },
        {
          ...axis,
          size: 74,
          space: 26,
          ...(chart.unit === 'none' && highest < 6 ? { incrs: [1, 2, 5] } : {}),
          values: (_, splits) =>
            splits.map((value) => formatValue(value, chart.unit, decimalsFor(chart.unit, highest))),
        },
      ],
      series: [
        {},
        ...shown.map(({ colour }) => ({
          stroke: colour,
          width: chart.stacked ? 1 : 1.5,
          points: { show: false },
          ...(chart.stacked || chart.draw === 'bars' ? { fill: colour } : { fill: `${colour}14` }),
          ...(chart.draw === 'steps' && stepped !== undefined ? { paths: stepped } : {}),
          ...(chart.draw === 'bars' && bars !== undefined ? { paths: bars } : {}),
        })),
      ],
      hooks: {
        draw: [
          (plotted: uPlot) => {
            if (chart.limit === undefined) return;
            const { ctx, bbox } = plotted;
            const y = plotted.valToPos(chart.limit, 'y', true);
            if (y < bbox.top) return;
            ctx.save();
            ctx.strokeStyle = '#D7263D';
            ctx.setLineDash([8, 5]);
            ctx.beginPath();
            ctx.moveTo(bbox.left, y);
            ctx.lineTo(bbox.left + bbox.width, y);
            ctx.stroke();
            ctx.restore();
          },
        ],
      },
    },
    [[...chart.times], ...sums],
  );
  element.prepend(plot.root);
}

/** The highest first, so that each covers what is not its own. */
function stackedValues({ lines, times }: Lines): (number | null)[][] {
  const below = times.map(() => 0);
  return lines
    .map(({ values }) =>
      values.map((value, i) => {
        below[i] = (below[i] ?? 0) + (value ?? 0);
        return below[i] ?? 0;
      }),
    )
    .reverse();
}

function decimalsFor(unit: string, highest: number): number | undefined {
  if (unit === 'none') return highest < 1 && highest > 1e-6 ? 3 : 0;
  return unit === 'ops' ? (highest < 0.1 ? 3 : 2) : undefined;
}
