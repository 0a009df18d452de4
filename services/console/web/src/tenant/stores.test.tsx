import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { createClient } from '@connectrpc/connect'
import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { id } from '../fixtures/data.ts'
import { open } from '../fixtures/open.tsx'

test('of two who edit a store the second is told, also when his page was loaded anew meanwhile, and keeps what he changed', async () => {
  const { chain, client, user } = open(`/stores/${id(1, 1)}`, 'A0001')
  const name = await screen.findByLabelText<HTMLInputElement>('名称')
  await user.type(name, '（总店）')
  await createClient(TenantService, chain.transport).updateStore({ storeId: id(1, 1), baseVersion: 0, name: '友谊店', code: 'S01', address: '友谊东路1号' })
  await client.invalidateQueries() // as when the window is looked at again
  await screen.findByText('友谊东路1号')
  await user.click(screen.getByRole('button', { name: '保存' }))
  await user.click(await screen.findByRole('button', { name: '载入最新内容，保留我的修改' }))
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>('地址').value).toBe('友谊东路1号'))
  await user.click(screen.getByRole('button', { name: '保存' }))
  await waitFor(() => expect(chain.calls.findLast((c) => c.method === 'UpdateStore')?.input).toMatchObject({ baseVersion: 1, name: '友谊店（总店）', address: '友谊东路1号' }))
})
