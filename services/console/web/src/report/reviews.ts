import type { Today } from '@changke/gen/report/v1/report'

type Counts = Pick<Today, 'reviewsWaiting' | 'reviewsLate' | 'reviewsEscalatedToMe' | 'reviewsEscalatedToMeLate'>

/** The waiting reviews, each counted once: escalated to the caller, late, and the rest. */
export function reviewCounts(t: Counts) {
  const late = t.reviewsLate - t.reviewsEscalatedToMeLate
  return { toMe: t.reviewsEscalatedToMe, late, waiting: t.reviewsWaiting - t.reviewsEscalatedToMe - late }
}
