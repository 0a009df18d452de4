import { customer, ruleNames } from './customer.ts'
import { fault } from './fault.ts'
import { app, forbidden, login, meal, menu, rights, time, today } from './frame.ts'
import { inbox } from './deletion.ts'
import { roles } from './roles.ts'
import { account, notices, secondStep } from './security.ts'
import { day } from './day.ts'
import { delegation, turn } from './delegation.ts'
import { setup } from './store.ts'
import { unsent } from './template.ts'
import { appeal, offers, pool } from './offer.ts'
import { handover } from './handover.ts'
import { booking } from './visit.ts'
import { safety } from './safety.ts'

/** The words of the first page (login, the frame, 今日), in Chinese; the others come with the next page that is opened. */
export default { app, day, fault, forbidden, login, meal, menu, rights, time, today, customer, inbox, ruleNames, booking, roles, setup, delegation, turn, secondStep, account, notices, unsent, offers, pool, appeal, handover, safety }
