import { OfferKind } from '@changke/gen/ownership/v1/offer'
import type { TFunction } from 'i18next'

const known = ['LIF-03', 'LIF-04', 'LIF-05', 'LIF-07', 'LIF-07-TIE', 'LIF-08', 'LIF-09', 'LIF-10', 'LIF-11', 'LIF-12', 'LIF-13', 'LIF-14', 'DEL-02'] as const

/** A rule's name in words; its id when it has none. */
export function ruleName(t: TFunction, rule: string): string {
  const id = known.find((k) => k === rule)
  return id ? t(`ruleNames.${id}`) : rule
}

/** How an offer came about, as its word is called. */
export const offerKinds = { [OfferKind.ADOPTION]: 'adoption', [OfferKind.CLAIM]: 'claim', [OfferKind.ASSIGNMENT]: 'assignment', [OfferKind.UNSPECIFIED]: 'adoption' } as const
