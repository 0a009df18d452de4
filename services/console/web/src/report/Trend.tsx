import type { MonthPoint } from '@changke/gen/report/v1/report'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { formatMonth } from '../ui/format.ts'
import { useLanguage, useMedia } from '../ui/hooks.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

/** Twelve months of visits (bars) and of files lost to public (line). */
export default function Trend({ months }: { months: MonthPoint[] }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const dark = useMedia('(prefers-color-scheme: dark)')
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
    const chart = init(element, undefined, { renderer: 'canvas' })
    const text = { color: colour('--ink-2'), fontFamily: getComputedStyle(document.body).fontFamily }
    const axis = { axisLine: { show: false }, axisTick: { show: false }, axisLabel: text, nameTextStyle: text }
    chart.setOption({
      animation: false,
      textStyle: text,
      grid: { left: 16, right: 16, top: 44, bottom: 12, containLabel: true },
      legend: { top: 4, right: 16, textStyle: text, icon: 'roundRect', itemWidth: 12, itemHeight: 8 },
      // Drawn on the canvas: the page's policy allows no style attribute in made-up HTML.
      tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: colour('--card'), borderColor: colour('--line'), textStyle: { color: colour('--ink') } },
      xAxis: { type: 'category', data: months.map((m) => (lang === 'en' ? formatMonth(m.month, lang).slice(0, 3) : `${Number(m.month.slice(5))}月`)), ...axis },
      yAxis: [
        { type: 'value', minInterval: 1, splitLine: { lineStyle: { color: colour('--line') } }, ...axis },
        { type: 'value', minInterval: 1, splitLine: { show: false }, ...axis },
      ],
      series: [
        { name: t('board.trendVisits'), type: 'bar', data: months.map((m) => m.visits), barMaxWidth: 28, itemStyle: { color: colour('--bar-fill'), borderRadius: [4, 4, 0, 0] } },
        { name: t('board.trendReleased'), type: 'line', yAxisIndex: 1, data: months.map((m) => m.released), symbolSize: 7, lineStyle: { width: 2.5 }, itemStyle: { color: colour('--accent-text') } },
      ],
    })
    const watcher = new ResizeObserver(() => chart.resize())
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      chart.dispose()
    }
  }, [months, lang, dark, t])
  const total = months.reduce((n, m) => n + m.visits, 0)
  return <div className="trend" ref={box} role="img" aria-label={t('board.trendLabel', { visits: total, released: months.reduce((n, m) => n + m.released, 0) })} />
}
