import { createRouterTransport } from '@connectrpc/connect'
import { TransportProvider } from '@connectrpc/connect-query'
import { StaffService } from '@changke/gen/staff/v1/staff_service'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderHook, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { useEverybody } from './useEverybody.ts'

test('who is chosen from is everybody, however many pages they are', async () => {
  const asked: string[] = []
  const transport = createRouterTransport(({ service }) => {
    service(StaffService, {
      listPeople: (req) => {
        asked.push(req.pageToken)
        const from = Number(req.pageToken || 0)
        return { people: Array.from({ length: Math.min(100, 230 - from) }, (_, i) => ({ id: String(from + i) })), nextPageToken: from + 100 < 230 ? String(from + 100) : '' }
      },
    })
  })
  const client = new QueryClient()
  const { result } = renderHook(() => useEverybody({ storeId: 'here' }), {
    wrapper: ({ children }) => <TransportProvider transport={transport}><QueryClientProvider client={client}>{children}</QueryClientProvider></TransportProvider>,
  })
  await waitFor(() => expect(result.current.people).toHaveLength(230))
  expect(new Set(result.current.people.map((p) => p.id)).size).toBe(230)
  expect(asked).toEqual(['', '100', '200'])
})
