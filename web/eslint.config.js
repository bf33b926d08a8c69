import js from '@eslint/js'
import query from '@tanstack/eslint-plugin-query'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import importX from 'eslint-plugin-import-x'
import a11y from 'eslint-plugin-jsx-a11y'
import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const features = ['account', 'inbox', 'knowledge', 'phone', 'settings', 'settings-inbox', 'setup', 'sign-in']

// Imports point one way: app, then features, then api, ui and lib. No feature uses another.
const zones = [
  { target: './src/features', from: './src/app', message: 'A feature does not know the app around it.' },
  ...features.map((feature) => ({
    target: `./src/features/${feature}`,
    from: './src/features',
    except: [`./${feature}`],
    message: 'No feature uses another; what two need goes to api, ui or lib, and app brings them together.',
  })),
  ...['api', 'ui', 'lib'].map((ground) => ({
    target: `./src/${ground}`,
    from: ['./src/app', './src/features'],
    message: 'api, ui and lib know nothing of the pages that use them.',
  })),
  { target: './src/ui', from: './src/api', message: 'A part of the interface knows nothing of the server.' },
  { target: './src/lib', from: ['./src/api', './src/ui'], message: 'lib stands at the bottom.' },
]

const words = 'Words people read go into src/locales.'

// Classes that stay on their side when the page is read from right to left.
const sided =
  /(^|[\s:!])-?(([mp]|scroll-[mp])[lr]|left|right|translate-x|border-[lr]|rounded-([lr]|[tb][lr])|(text|float|clear|origin)-(left|right))(-[\w.[(%/]|\s|$)/
const classes = 'JSXAttribute[name.name=/lassName$/], CallExpression[callee.name=/^(cva|clsx)$/], VariableDeclarator'
const mirrored = 'Classes follow the way the page is read: ms-, pe-, start-, text-end, border-s, rounded-ee.'

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'src/api/schema.ts', 'public'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  ...query.configs['flat/recommended'],
  a11y.flatConfigs.strict,
  hooks.configs.flat['recommended-latest'],
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'import-x/order': ['error', { alphabetize: { order: 'asc' }, 'newlines-between': 'never' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXText[value=/[A-Za-z]{2}/]', message: words },
        {
          selector:
            'JSXAttribute[name.name=/^(aria-label|title|placeholder|alt|label)$/] > Literal[value=/[A-Za-z]{2}/]',
          message: words,
        },
        { selector: `:matches(${classes}) Literal[value=${sided}]`, message: mirrored },
        { selector: `:matches(${classes}) TemplateElement[value.raw=${sided}]`, message: mirrored },
      ],
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'package', package: '@tanstack/router-core', name: 'Redirect' }] },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'src/testing/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['eslint.config.js'], extends: [tseslint.configs.disableTypeChecked] },
)
