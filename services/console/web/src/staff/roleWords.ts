// What a role may do, in words, and how two states of it differ.
import { RoleReach, type PermissionInfo, type RoleRight } from '@changke/gen/staff/v1/role'
import { useLanguage } from '../ui/hooks.ts'

/** Reach by permission; what is missing, the role does not have. */
export type Rights = Record<string, RoleReach>

/** Groups of permissions as people look for them, and the resources in each. */
export const areas = {
  guests: ['customer', 'caller', 'conflict', 'handover', 'pool', 'appeal', 'decision', 'correction'],
  floor: ['booking', 'bill', 'day', 'message', 'today'],
  results: ['score', 'finding', 'board'],
  people: ['staff', 'account', 'request', 'delegation', 'login', 'session'],
  chain: ['store', 'template', 'rules', 'run', 'brake'],
  security: ['role', 'apikey', 'webhook', 'sandbox', 'audit', 'support', 'chain'],
} as const

/** Name of a group. */
export type Area = keyof typeof areas

/** Permissions by group, in the server's order; one of a resource not known here comes last. */
export function byArea(permissions: PermissionInfo[]): [Area, PermissionInfo[]][] {
  const of = (p: PermissionInfo) => (Object.keys(areas) as Area[]).find((a) => (areas[a] as readonly string[]).includes(p.resource)) ?? 'security'
  return (Object.keys(areas) as Area[]).map((a): [Area, PermissionInfo[]] => [a, permissions.filter((p) => of(p) === a)]).filter(([, list]) => list.length > 0)
}

/** Rights as a table. */
export function tableOf(rights: RoleRight[]): Rights {
  return Object.fromEntries(rights.map((r) => [r.permission, r.reach]))
}

/** A table as rights, in the order of the permissions. */
export function rightsOf(table: Rights): { permission: string; reach: RoleReach }[] {
  return Object.entries(table).filter(([, reach]) => reach !== RoleReach.UNSPECIFIED).map(([permission, reach]) => ({ permission, reach }))
}

/** What a role gains or loses. */
export interface RightChange {
  permission: PermissionInfo
  from: RoleReach
  to: RoleReach
  kind: 'gained' | 'widened' | 'narrowed' | 'lost'
}

const width = (reach: RoleReach) => (reach === RoleReach.WHERE ? 2 : reach === RoleReach.OWN ? 1 : 0)

/** What differs between two tables, in the server's order. */
export function changesOf(permissions: PermissionInfo[], before: Rights, after: Rights): RightChange[] {
  return permissions.flatMap((permission) => {
    const from = before[permission.name] ?? RoleReach.UNSPECIFIED
    const to = after[permission.name] ?? RoleReach.UNSPECIFIED
    if (from === to) return []
    const kind = width(from) === 0 && width(to) > 0 ? 'gained' : width(to) === 0 ? 'lost' : width(to) > width(from) ? 'widened' : 'narrowed'
    return [{ permission, from, to, kind }]
  })
}

/** A permission in the language in use. */
export function usePermissionWords(): (p: PermissionInfo) => { label: string; says: string; own: string } {
  const english = useLanguage() === 'en'
  return (p) => (english ? { label: p.labelEn, says: p.saysEn, own: p.ownMeansEn } : { label: p.label, says: p.says, own: p.ownMeans })
}
