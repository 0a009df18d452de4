import { OfferKind } from '@changke/gen/ownership/v1/offer'
import type { Run } from '@changke/gen/ownership/v1/ownership'
import { timestampMs } from '@bufbuild/protobuf/wkt'
import type { TFunction } from 'i18next'

/** A rule's name in words; its id when it has none. */
export function ruleName(t: TFunction, rule: string): string {
  return t(`ruleNames.${rule}` as 'ruleNames.LIF-03', { defaultValue: rule })
}

/** How an offer came about, as its word is called. */
export const offerKinds = { [OfferKind.ADOPTION]: 'adoption', [OfferKind.CLAIM]: 'claim', [OfferKind.ASSIGNMENT]: 'assignment', [OfferKind.UNSPECIFIED]: 'adoption' } as const

/** How long a run took, from its opening to its end; empty while it goes on, and of days played over by a clock that stood. */
export function took(t: TFunction, run: Run): string {
  if (!run.startTime || !run.endTime) return ''
  const seconds = (timestampMs(run.endTime) - timestampMs(run.startTime)) / 1000
  if (seconds <= 0) return ''
  if (seconds < 10) return t('run.seconds', { n: Math.max(0.1, seconds).toFixed(1) })
  const whole = Math.round(seconds)
  return whole < 60 ? t('run.seconds', { n: whole }) : t('run.minutes', { m: Math.floor(whole / 60), n: whole % 60 })
}
