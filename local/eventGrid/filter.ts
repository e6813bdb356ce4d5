import { z } from 'zod';

const text = z.string().max(512, 'a filter value has at most 512 characters');
const range = z.tuple([z.number(), z.number()]);
const key = z.string().min(1);
const values = <T extends z.ZodType>(item: T) => z.array(item).min(1);

const stringFilters = z.strictObject({
  operatorType: z.enum([
    'StringIn',
    'StringNotIn',
    'StringBeginsWith',
    'StringNotBeginsWith',
    'StringEndsWith',
    'StringNotEndsWith',
    'StringContains',
    'StringNotContains',
  ]),
  key,
  values: values(text),
});
const numberFilters = z.strictObject({
  operatorType: z.enum(['NumberIn', 'NumberNotIn']),
  key,
  values: values(z.number()),
});
const rangeFilters = z.strictObject({
  operatorType: z.enum(['NumberInRange', 'NumberNotInRange']),
  key,
  values: values(range),
});
const comparisonFilters = z.strictObject({
  operatorType: z.enum(['NumberLessThan', 'NumberGreaterThan', 'NumberLessThanOrEquals', 'NumberGreaterThanOrEquals']),
  key,
  value: z.number(),
});
const booleanFilters = z.strictObject({ operatorType: z.literal('BoolEquals'), key, value: z.boolean() });
const nullFilters = z.strictObject({ operatorType: z.enum(['IsNullOrUndefined', 'IsNotNull']), key });

const advancedFilterSchema = z.discriminatedUnion('operatorType', [
  stringFilters,
  numberFilters,
  rangeFilters,
  comparisonFilters,
  booleanFilters,
  nullFilters,
]);

export type AdvancedFilter = z.output<typeof advancedFilterSchema>;

const mostFilters = 25;
const mostValues = 25;

/** The filter of an event subscription, within the limits that Azure sets at creation. */
export const filterSchema = z.strictObject({
  includedEventTypes: z.array(z.string()).optional(),
  subjectBeginsWith: z.string().default(''),
  subjectEndsWith: z.string().default(''),
  isSubjectCaseSensitive: z.boolean().default(false),
  enableAdvancedFilteringOnArrays: z.boolean().default(false),
  advancedFilters: z
    .array(advancedFilterSchema)
    .max(mostFilters, `an event subscription has at most ${mostFilters} advanced filters`)
    .refine(
      (filters) => filters.reduce((sum, filter) => sum + countValues(filter), 0) <= mostValues,
      `an event subscription has at most ${mostValues} advanced filter values`,
    )
    .default([]),
});

export type Filter = z.output<typeof filterSchema>;

function countValues(filter: AdvancedFilter): number {
  if ('values' in filter) return filter.values.length;
  return 'value' in filter ? 1 : 0;
}
