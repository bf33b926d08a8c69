import type { Template, TemplateValues, TemplateVariable } from '../../api/types'

/** What was typed into the variables of a template, by inputOf. */
export type Typed = Readonly<Record<string, string>>

const places = { header: 'header', body: 'variables', button: 'buttons' } as const

/** The name the API gives the input of a variable: variables.day, header.1, buttons.0, link. */
export function inputOf({ place, name }: TemplateVariable): string {
  return place === 'file' ? 'link' : `${places[place]}.${name}`
}

/** What is sent: the values where the API wants them. */
export function valuesOf(template: Template, typed: Typed, consent: string): TemplateValues {
  const values: TemplateValues = { templateId: template.id, ...(consent && { consent }) }
  for (const variable of template.variables) {
    const text = typed[inputOf(variable)] ?? ''
    if (variable.place === 'file') values.link = text
    else (values[places[variable.place]] ??= {})[variable.name] = text
  }
  return values
}

/** A text of a template with what was typed in it; a variable without a value stays as it is. */
export function filled(text: string, part: 'header' | 'variables', typed: Typed): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name: string) => valueOr(typed[`${part}.${name}`], all))
}

/** The address of a button with what was typed in it. */
export function filledAddress(url: string, place: number, typed: Typed): string {
  return url.replace(/\{\{\s*\w+\s*\}\}/, (all) => valueOr(typed[`buttons.${place}`], all))
}

function valueOr(value: string | undefined, otherwise: string): string {
  const text = value?.trim() ?? ''
  return text === '' ? otherwise : text
}
