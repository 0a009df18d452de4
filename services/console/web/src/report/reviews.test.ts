import { expect, test } from 'vitest'
import { reviewCounts } from './reviews.ts'

test('a review that was escalated to the caller stands in one line of 今日 only', () => {
  const counts = reviewCounts({ reviewsWaiting: 7, reviewsLate: 3, reviewsEscalatedToMe: 4, reviewsEscalatedToMeLate: 2 })
  expect(counts).toEqual({ toMe: 4, late: 1, waiting: 2 })
  expect(counts.toMe + counts.late + counts.waiting).toBe(7)
})
