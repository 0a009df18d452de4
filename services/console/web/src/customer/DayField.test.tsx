import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { CalendarDateSchema, DayReturnSchema, type Anniversary, type CalendarDate, type DayReturn } from '@changke/gen/customer/v1/customer'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, expect, test } from 'vitest'
import { startLanguage, switchLanguage } from '../i18n/index.ts'
import { AnniversariesField } from './AnniversariesField.tsx'
import { formatDay, formatReturn } from './days.ts'
import { DayField } from './DayField.tsx'

const day = (parts: MessageInitShape<typeof CalendarDateSchema>) => create(CalendarDateSchema, parts)
const december = create(DayReturnSchema, { date: '2026-12-03', lunarMonth: 10, lunarDay: 25 })

function Kept({ start, next, seen }: { start?: CalendarDate; next?: DayReturn; seen(value: CalendarDate | undefined): void }) {
  const [value, setValue] = useState(start)
  return <DayField id="f-birthday" value={value} next={next} onChange={(v) => { setValue(v); seen(v) }} />
}

async function show(start?: CalendarDate, next?: DayReturn) {
  await startLanguage()
  let last: CalendarDate | undefined
  render(<Kept start={start} next={next} seen={(v) => { last = v }} />)
  return { user: userEvent.setup(), last: () => last }
}

afterEach(async () => {
  cleanup()
  await switchLanguage('zh-CN')
})

test('a lunar date with a leap month is picked, without a year', async () => {
  const { user, last } = await show()
  await user.click(screen.getByLabelText('农历'))
  expect(last()).toBeUndefined()
  await user.selectOptions(screen.getByLabelText('月'), '四月')
  await user.selectOptions(screen.getByLabelText('日'), '廿八')
  await user.click(screen.getByLabelText('闰月'))
  expect(last()).toMatchObject({ lunar: true, year: 0, month: 4, leapMonth: true, day: 28 })
  await user.type(screen.getByLabelText('年份'), '2020年')
  expect(last()?.year).toBe(2020)
})

test('another calendar keeps what it can, and a date emptied is none', async () => {
  const { user, last } = await show(day({ year: 1974, month: 6, day: 31 }))
  await user.click(screen.getByLabelText('农历'))
  expect(last()).toMatchObject({ lunar: true, year: 1974, month: 6, day: 0 })
  await user.click(screen.getByLabelText('闰月'))
  await user.click(screen.getByLabelText('公历'))
  expect(last()).toMatchObject({ lunar: false, leapMonth: false })
  await user.clear(screen.getByLabelText('年份'))
  await user.selectOptions(screen.getByLabelText('月'), '月')
  expect(last()).toBeUndefined()
})

test('when it is kept next, in both languages', async () => {
  await show(day({ lunar: true, year: 1974, month: 10, day: 25 }), december)
  const year = new Date().getFullYear() === 2026 ? '' : '2026年'
  expect(screen.getByText(`下次：${year}12月3日 周四（农历十月廿五）`)).toBeTruthy()
  await switchLanguage('en')
  expect(await screen.findByText(/Next: Thu 3 Dec.*\(lunar month 10, day 25\)/)).toBeTruthy()
  expect(formatReturn(december, 'en')).toContain('Thu 3 Dec')
})

test('dates read as people say them', () => {
  expect(formatDay(day({ lunar: true, year: 1984, month: 10, leapMonth: true, day: 29 }), 'zh-CN')).toBe('农历1984年闰十月廿九')
  expect(formatDay(day({ lunar: true, month: 12, day: 30 }), 'zh-CN')).toBe('农历腊月三十')
  expect(formatDay(day({ month: 6, day: 18 }), 'zh-CN')).toBe('6月18日')
  expect(formatDay(day({ year: 1974, month: 6, day: 18 }), 'en')).toBe('18 Jun 1974')
  expect(formatDay(day({ lunar: true, year: 1984, month: 10, leapMonth: true, day: 29 }), 'en')).toBe('lunar leap month 10, day 29, 1984')
  expect(formatDay(undefined, 'en')).toBe('')
  expect(formatDay(day({ month: 6 }), 'zh-CN')).toBe('')
})

test('other days carry a label; one is taken away without touching the next', async () => {
  await startLanguage()
  let last: readonly Anniversary[] = []
  function All() {
    const [value, setValue] = useState<Anniversary[]>([])
    return <AnniversariesField id="f-anniversaries" value={value} next={(i) => (i === 1 ? december : undefined)} onChange={(v) => { setValue(v); last = v }} />
  }
  render(<All />)
  const user = userEvent.setup()
  await user.click(screen.getByRole('button', { name: '加一个纪念日' }))
  await user.type(screen.getByLabelText('纪念日名称'), '金婚')
  await user.click(screen.getByRole('button', { name: '加一个纪念日' }))
  await user.type(screen.getAllByLabelText('纪念日名称')[1]!, '孩子生日')
  await user.selectOptions(screen.getAllByLabelText('月')[1]!, '5月')
  await user.selectOptions(screen.getAllByLabelText('日')[1]!, '20日')
  await user.click(screen.getByRole('button', { name: '删除纪念日 金婚' }))
  expect(last.map((a) => [a.label, a.date?.month, a.date?.day])).toEqual([['孩子生日', 5, 20]])
})
