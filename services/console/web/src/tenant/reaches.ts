import { useRight } from '../app/me.tsx'
import type { Permission } from '../app/rights.ts'

/** Whether the caller's right reaches everything in a store. The server decides again on every call. */
export function useReaches(permission: Permission, storeId: string): boolean {
  const right = useRight(permission)
  return !!right && (right.tenantWide || right.storeIds.includes(storeId))
}
