import { AuthService, type Me, type Right } from '@changke/gen/staff/v1/auth_service'
import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import type { Store } from '@changke/gen/tenant/v1/tenant'
import { useQuery } from '@connectrpc/connect-query'
import { createContext, use, useMemo } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import type { Needs, Permission } from './rights.ts'

/** Who is signed in; everything below the shell may read it. */
export const MeContext = createContext<Me | null>(null)

/** The caller. Only below the shell. */
export function useMe(): Me {
  const me = use(MeContext)
  if (!me) throw new Error('useMe outside the shell')
  return me
}

/** The caller's right of a name, or undefined. */
export function useRight(permission: Permission): Right | undefined {
  return useMe().rights.find((right) => right.permission === permission)
}

/** Whether the caller holds a permission anywhere. The server decides again on every call. */
export function useCan(permission: Permission): boolean {
  return useRight(permission) !== undefined
}

/** Whether the caller holds a right, or one of several, anywhere. */
export function useMay(): (needs: Needs | undefined) => boolean {
  const { rights } = useMe()
  return (needs) => needs === undefined || [needs].flat().some((need) => rights.some((right) => right.permission === need))
}

/** Asks who the caller is; the first call of the console. */
export function useWhoAmI() {
  return useQuery(AuthService.method.whoAmI, {}, { staleTime: 60_000, retryOnMount: false })
}

/** The stores in reach, and the one chosen in the URL (`?store=`); empty = all of them. */
export interface StoreChoice {
  stores: Store[]
  storeId: string
  /** The chosen store, or the only or first one, for pages that need exactly one. */
  store: Store | undefined
  nameOf(id: string): string
  choose(id: string): void
  zone: string | undefined
  /** It is known that there is no store in reach. */
  none: boolean
}

/** The store filter of the header. */
export function useStores(): StoreChoice {
  const [params, setParams] = useSearchParams()
  const { data } = useQuery(TenantService.method.listStores, {}, { staleTime: 300_000 })
  const wanted = params.get('store') ?? ''
  return useMemo(() => {
    const stores = data?.stores ?? []
    const chosen = stores.find((s) => s.id === wanted)
    return {
      stores,
      storeId: chosen?.id ?? '',
      store: chosen ?? stores[0],
      zone: (chosen ?? stores[0])?.zone,
      none: data?.stores.length === 0,
      nameOf: (id) => stores.find((s) => s.id === id)?.name ?? '',
      choose: (id) =>
        setParams((old) => {
          const next = new URLSearchParams(old)
          if (id) next.set('store', id)
          else next.delete('store')
          return next
        }),
    }
  }, [data, wanted, setParams])
}

/** Keeps the chosen store in every link of the console. */
export function useHref(): (to: string) => string {
  const { search } = useLocation()
  const store = new URLSearchParams(search).get('store')
  return (to) => (to.startsWith('#') ? search + to : !store || /[?&]store=/.test(to) ? to : `${to}${to.includes('?') ? '&' : '?'}store=${store}`)
}
