import { createRouterTransport } from '@connectrpc/connect'
import { TransportProvider } from '@connectrpc/connect-query'
import { PeopleFilter, StaffService } from '@changke/gen/staff/v1/staff_service'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { PersonSearch } from './PersonSearch.tsx'

test('anybody is found by a part of his name or number, who has left too', async () => {
  const asked: string[] = []
  const transport = createRouterTransport(({ service }) => {
    service(StaffService, {
      listPeople: (req) => {
        asked.push(req.query)
        return { people: req.filter === PeopleFilter.LEFT ? [{ id: 'gone', name: '周去也', staffNo: 'E1999' }] : [{ id: 'here', name: '周敏', staffNo: 'E1200' }] }
      },
    })
  })
  const onPick = vi.fn()
  render(<TransportProvider transport={transport}><QueryClientProvider client={new QueryClient()}><PersonSearch person="" onPick={onPick} /></QueryClientProvider></TransportProvider>)
  const user = userEvent.setup({ delay: null })
  expect(asked).toEqual([])
  await user.type(screen.getByRole('combobox'), '周')
  await screen.findByText('周敏')
  expect(new Set(asked)).toEqual(new Set(['周']))
  await user.click(screen.getByText('周去也'))
  expect(onPick).toHaveBeenCalledWith('gone')
})
