import { ScoreItem, ScoreState, type Score, type ScoreLine } from '@changke/gen/quota/v1/score'
import type { TFunction } from 'i18next'
import type { Tone } from '../ui/parts.tsx'

/** Key of an item's words. */
export type ItemKey = 'customers' | 'visits' | 'rooms' | 'banquets'

/** The items in their order. */
export const items: { item: ScoreItem; key: ItemKey }[] = [
  { item: ScoreItem.CUSTOMERS, key: 'customers' },
  { item: ScoreItem.VISITS, key: 'visits' },
  { item: ScoreItem.ROOMS, key: 'rooms' },
  { item: ScoreItem.BANQUETS, key: 'banquets' },
]

/** Key of an item's words. */
export function itemKey(item: ScoreItem): ItemKey {
  return items.find((i) => i.item === item)?.key ?? 'customers'
}

/** Key of a state's word, and its colour. */
export function stateLook(state: ScoreState): { key: 'preview' | 'provisional' | 'final'; tone: Tone } {
  if (state === ScoreState.FINAL) return { key: 'final', tone: 'calm' }
  return state === ScoreState.PROVISIONAL ? { key: 'provisional', tone: 'accent' } : { key: 'preview', tone: 'accent' }
}

/** A target without decimals that say nothing: 20.00 → 20, 21.33 stays. */
export function target(text: string): string {
  return text.replace(/\.00$/, '')
}

/** By how many corrections change what was counted: +1, −2. */
export function change(n: bigint, t: TFunction): string {
  return n > 0n ? t('score.plus', { count: Number(n) }) : t('score.minus', { count: Number(-n) })
}

/** How a line stands: reached, not reached though the month is over, still open, or nothing to reach. */
export function standing(line: ScoreLine, score: Score): 'reached' | 'short' | 'open' | 'none' {
  if (line.percent === undefined) return 'none'
  if (line.missing === 0n) return 'reached'
  return score.state === ScoreState.PREVIEW ? 'open' : 'short'
}

/** The line of an item, if there is one. */
export function lineOf(score: Score, item: ScoreItem): ScoreLine | undefined {
  return score.lines.find((l) => l.item === item)
}
