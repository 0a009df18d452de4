import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { ReportService } from '@changke/gen/report/v1/report_service'
import { createConnectQueryKey } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'

/** Has everything read anew that shows stores. */
export function useChanged(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await Promise.all(
      [TenantService, ReportService].map((schema) =>
        client.invalidateQueries({ queryKey: createConnectQueryKey({ schema, cardinality: 'finite' }) }),
      ),
    )
  }
}
