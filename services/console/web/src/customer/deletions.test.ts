import { create } from '@bufbuild/protobuf'
import { DeletionRequestSchema, DeletionState } from '@changke/gen/customer/v1/deletion'
import { expect, test } from 'vitest'
import { standing } from './deletions.ts'

const asked = (...states: DeletionState[]) => states.map((state, i) => create(DeletionRequestSchema, { id: String(i), state }))

test('what stands at a file is the newest request that waits or was refused, never one taken back', () => {
  expect(standing(asked(DeletionState.WITHDRAWN, DeletionState.REFUSED))?.id).toBe('1')
  expect(standing(asked(DeletionState.PENDING, DeletionState.REFUSED))?.id).toBe('0')
  expect(standing(asked(DeletionState.WITHDRAWN))).toBeUndefined()
  expect(standing(undefined)).toBeUndefined()
})
