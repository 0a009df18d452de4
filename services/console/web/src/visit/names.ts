/** What typed names stand for. */
export interface Expanded {
  names: string[]
  /** A row of numbers that goes from high to low, or is longer than a list may be. */
  bad?: string
}

/** Most that can be entered at once. */
export const maxNames = 200

/**
 * Names from what people type: "301–312、牡丹厅" is twelve rooms and one. A row of
 * numbers keeps what stands before and behind it and its leading zeros; `skipFour`
 * leaves out numbers with a 4, which many houses do not use.
 */
export function expandNames(text: string, skipFour = false): Expanded {
  const names: string[] = []
  let bad: string | undefined
  for (const part of text.split(/[、，,;；\n]/).map((p) => p.trim()).filter(Boolean)) {
    const [, before = '', first, last, behind = ''] = /^(.*?)(\d{1,6})\s*(?:[-–—~～]|至|到)\s*(?:\1)?(\d{1,6})(\D*)$/.exec(part) ?? []
    if (first === undefined || last === undefined) {
      names.push(part)
      continue
    }
    if (Number(last) < Number(first) || Number(last) - Number(first) >= 10 * maxNames) {
      bad ??= part
      continue
    }
    for (let n = Number(first); n <= Number(last); n++) {
      const number = String(n).padStart(first.length, '0')
      if (!skipFour || !number.includes('4')) names.push(before + number + behind)
    }
  }
  return { names: [...new Set(names)], bad }
}
