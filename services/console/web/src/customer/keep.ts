import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import type { Customer } from '@changke/gen/customer/v1/customer'
import { createConnectQueryKey } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'

/** Keeps a file as an answer gave it, so that the next page shows it without asking; lists ask anew. */
export function useKeepCustomer(): (customer: Customer | undefined) => void {
  const client = useQueryClient()
  return (customer) => {
    if (!customer?.row) return
    client.setQueriesData({ queryKey: createConnectQueryKey({ schema: CustomerService.method.getCustomer, input: { id: customer.row.id }, cardinality: 'finite' }) }, (old: object | undefined) => old && { ...old, customer })
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: CustomerService.method.listCustomers, cardinality: 'infinite' }) })
  }
}
