/** `hookorder completion SHELL`: what a shell reads once; it then asks `hookorder __complete` for each word. */
import type { Arguments } from './arguments.ts';
import { UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import type { System } from './system.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for hookorder: source <(hookorder completion bash)
_hookorder() {
    local line last directive=0
    local -a words
    # The whole line: bash itself would split it at = and :
    read -ra words <<<"\${COMP_LINE:0:COMP_POINT}"
    [[ \${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=("")
    last=\${words[\${#words[@]} - 1]}
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :*) directive=\${line#:} ;;
            *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
        esac
    done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
    if [[ $last == *=* && $COMP_WORDBREAKS == *=* ]]; then
        COMPREPLY=("\${COMPREPLY[@]#"\${last%%=*}="}")
    fi
    if ((directive == 4)); then compopt +o default 2>/dev/null; fi
    return 0
}
complete -o default -F _hookorder hookorder
`,
  zsh: `#compdef hookorder
# zsh completion for hookorder: source <(hookorder completion zsh), or a file _hookorder in a folder of $fpath
_hookorder() {
    local line directive=0
    local -a lines offers
    lines=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for line in "\${lines[@]}"; do
        case $line in
            :*) directive=\${line#:} ;;
            *$'\\t'*) offers+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
            ?*) offers+=("\${line//:/\\\\:}") ;;
        esac
    done
    if ((\${#offers})); then
        _describe hookorder offers
    elif [[ $directive == 0 ]]; then
        _files
    fi
}
if [[ \${funcstack[1]} == _hookorder ]]; then
    _hookorder "$@"
elif (($+functions[compdef])); then
    compdef _hookorder hookorder
fi
`,
  fish: `# fish completion for hookorder: hookorder completion fish | source
function __hookorder_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l offers
    set -l directive :0
    for line in ($words[1] __complete $words[2..-1] "$typed" 2>/dev/null)
        if string match -q ':*' -- $line
            set directive $line
        else
            set -a offers $line
        end
    end
    if set -q offers[1]
        printf '%s\\n' $offers
    else if test $directive = :0
        __fish_complete_path "$typed"
    end
end
complete -c hookorder -f -a '(__hookorder_complete)'
`,
};

export function run({ files }: Arguments, system: System): number {
  const shell = SHELLS.find((name) => name === files[0]);
  if (shell === undefined)
    throw new UsageError(
      `${files[0] === undefined ? 'which shell?' : `there is no completion for ${files[0]}:`} \`hookorder completion ${SHELLS.join('|')}\``,
    );
  return deliver(SCRIPTS[shell], EXIT.ok, system);
}
