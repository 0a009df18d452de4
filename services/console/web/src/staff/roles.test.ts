import { create } from '@bufbuild/protobuf'
import { PermissionInfoSchema, RoleReach } from '@changke/gen/staff/v1/role'
import { expect, test } from 'vitest'
import { byArea, changesOf, rightsOf } from './roleWords.ts'

const permissions = ['customer.read', 'customer.review', 'booking.read', 'new.thing'].map((name) => create(PermissionInfoSchema, { name, label: name, resource: name.split('.')[0] }))
const { OWN, WHERE, DENIED, UNSPECIFIED } = RoleReach

test('what a role gains and loses, in the server’s order', () => {
  const kinds = (before: Record<string, RoleReach>, after: Record<string, RoleReach>) => changesOf(permissions, before, after).map((c) => `${c.permission.name} ${c.kind}`)
  expect(kinds({ 'customer.read': OWN, 'booking.read': WHERE }, { 'customer.read': WHERE, 'customer.review': WHERE })).toEqual(['customer.read widened', 'customer.review gained', 'booking.read lost'])
  expect(kinds({ 'customer.read': WHERE }, { 'customer.read': OWN })).toEqual(['customer.read narrowed'])
  expect(kinds({ 'customer.read': DENIED }, { 'customer.read': OWN })).toEqual(['customer.read gained'])
  expect(kinds({ 'customer.read': OWN }, { 'customer.read': DENIED })).toEqual(['customer.read lost'])
  expect(kinds({ 'customer.read': OWN }, { 'customer.read': OWN, 'booking.read': UNSPECIFIED })).toEqual([])
})

test('none is not sent', () => {
  expect(rightsOf({ 'customer.read': OWN, 'booking.read': UNSPECIFIED })).toEqual([{ permission: 'customer.read', reach: OWN }])
})

test('a permission of a resource that no group knows is shown all the same', () => {
  expect(byArea(permissions).map(([area, list]) => [area, list.length])).toEqual([['guests', 2], ['floor', 1], ['security', 1]])
})
