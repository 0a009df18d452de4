import { expect, test } from 'vitest'
import { daysOf, spansOf, usual } from '../tenant/hours.ts'
import { expandNames } from './names.ts'

test('a row of numbers is that many rooms', () => {
  expect(expandNames('301–303').names).toEqual(['301', '302', '303'])
  expect(expandNames('包间 301-302').names).toEqual(['包间 301', '包间 302'])
  expect(expandNames('A01~A03号').names).toEqual(['A01号', 'A02号', 'A03号'])
  expect(expandNames('8号台').names).toEqual(['8号台'])
  expect(expandNames('牡丹厅、 芙蓉厅，301到302\n牡丹厅').names).toEqual(['牡丹厅', '芙蓉厅', '301', '302'])
})

test('numbers with a four can be left out', () => {
  expect(expandNames('303-305', true).names).toEqual(['303', '305'])
})

test('a row that goes backwards or never ends is said', () => {
  expect(expandNames('312-301')).toEqual({ names: [], bad: '312-301' })
  expect(expandNames('1-999999').bad).toBe('1-999999')
})

test('a closing time before the opening one is the next day’s', () => {
  const days = daysOf([{ weekday: 5, opensMinute: 1020, closesMinute: 1560 }])
  expect(days[5]).toEqual([{ opens: '17:00', closes: '02:00' }])
  expect(spansOf(days)).toEqual([{ weekday: 5, opensMinute: 1020, closesMinute: 1560 }])
  expect(spansOf({ ...usual(), 3: [{ opens: '', closes: '10:00' }] })).toBeUndefined()
})
