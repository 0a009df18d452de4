import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { id } from '../fixtures/data.ts'
import { open } from '../fixtures/open.tsx'

test('a trial is cancelled after a second thought; what it found so far stays, and says that it is not the whole', async () => {
  const { chain, user } = open(`/trials/${id(12, 1)}`, 'A0001')
  expect((await screen.findByRole('progressbar')).getAttribute('aria-valuenow')).toBe('41')
  expect(screen.queryByRole('button', { name: '导出表格' })).toBeNull()
  await user.click(screen.getByRole('button', { name: '取消试算' }))
  expect(chain.calls.some((c) => c.method === 'CancelTrial')).toBe(false)
  await user.click(within(await screen.findByRole('tooltip')).getByRole('button', { name: '取消试算' }))
  expect(await screen.findByText('已取消')).toBeTruthy()
  expect(chain.calls.find((c) => c.method === 'CancelTrial')?.input).toMatchObject({ id: id(12, 1) })
  await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull())
  expect(screen.getByRole('note').textContent).toContain('只算了 5,000 / 12,000 份档案')
  expect(await screen.findByRole('heading', { name: /^按人看/ })).toBeTruthy()
  expect(screen.getByRole('button', { name: '导出表格' })).toBeTruthy()
})
