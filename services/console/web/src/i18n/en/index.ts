import type { Words } from '../index.ts'
import type zh from '../zh-CN/index.ts'
import { board, keys, message, run, staff } from './office.ts'
import { customer, file, reveal, review, timeline, why, ruleNames } from './customer.ts'
import { app, fault, forbidden, login, meal, menu, rights, time, today } from './frame.ts'
import { change } from './change.ts'
import { contact, regulars } from './contact.ts'
import { conflict, hold } from './conflict.ts'
import { roles } from './roles.ts'
import { rules } from './rules.ts'
import { accounts, activate, people } from './people.ts'
import { access, stepUp, account, factor, notices, secondStep } from './security.ts'
import { day } from './day.ts'
import { delegation, turn } from './delegation.ts'
import { room, setup, store } from './store.ts'
import { audit } from './audit.ts'
import { company, operator } from './operator.ts'
import { template, unsent } from './template.ts'
import { imports } from './imports.ts'
import { booking, visit } from './visit.ts'

/** All words of the console, in English. */
const en: Words<typeof zh> = { app, audit, day, fault, forbidden, login, meal, menu, rights, time, today, customer, regulars, contact, hold, conflict, change, file, reveal, review, timeline, why, ruleNames, booking, visit, board, keys, message, roles, rules, run, staff, people, accounts, activate, store, room, setup, stepUp, company, operator, delegation, turn, secondStep, account, factor, notices, access, template, unsent, imports }
export default en
