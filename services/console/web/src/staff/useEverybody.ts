import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Person } from '@changke/gen/staff/v1/staff'
import { StaffService, type ListPeopleRequestSchema } from '@changke/gen/staff/v1/staff_service'
import { callUnaryMethod, createConnectQueryKey, useTransport } from '@connectrpc/connect-query'
import { useQuery } from '@tanstack/react-query'

/**
 * Everybody whom a question about staff gives: who is chosen from must not be cut off. All
 * pages are one query, so that none depends on what was rendered of the one before.
 */
export function useEverybody(asked: MessageInitShape<typeof ListPeopleRequestSchema>, enabled = true) {
  const transport = useTransport()
  const { data, error } = useQuery({
    queryKey: [...createConnectQueryKey({ schema: StaffService.method.listPeople, transport, input: asked, cardinality: 'finite' }), 'everybody'],
    queryFn: async ({ signal }) => {
      const people: Person[] = []
      let pageToken = ''
      do {
        const page = await callUnaryMethod(transport, StaffService.method.listPeople, { ...asked, pageSize: 100, pageToken }, { signal })
        people.push(...page.people)
        pageToken = page.nextPageToken
      } while (pageToken)
      return people
    },
    staleTime: 60_000,
    structuralSharing: false,
    enabled,
  })
  return { people: data ?? [], error }
}
