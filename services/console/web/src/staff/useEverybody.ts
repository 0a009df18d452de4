import { StaffService, type ListPeopleRequestSchema } from '@changke/gen/staff/v1/staff_service'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { useEffect } from 'react'

/** Everybody of a store whom a question about staff gives, page after page: who is chosen from must not be cut off. */
export function useEverybody(asked: MessageInitShape<typeof ListPeopleRequestSchema> & { storeId: string }) {
  const { data, error, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(
    StaffService.method.listPeople,
    { ...asked, pageSize: 100, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, staleTime: 60_000 },
  )
  const more = hasNextPage && !isFetching && !error
  useEffect(() => {
    if (more) void fetchNextPage()
  }, [more, data, fetchNextPage]) // data: a page may come and go by between two renders
  return { people: data?.pages.flatMap((page) => page.people) ?? [], error }
}
