#!/usr/bin/env zsh
# What zsh completes, in an interactive shell on a terminal of its own. Prints TAP.
# Usage: completion.zsh FOLDER: of _tracetcp
emulate -R zsh
zmodload zsh/zpty
integer number=0 failed=0

zpty shell env TERM=dumb zsh -f -i
# Two halves in quotes, so that the terminal's echo of the command is not taken for its answer.
zpty -w shell "PS1= PS2= RPS1=; unsetopt prompt_cr prompt_sp; fpath=(${(q)1} \$fpath)"
zpty -w shell "autoload -Uz compinit && compinit -u -D"
zpty -w shell "_hosts() { compadd host.example }"
zpty -w shell "shown() { zle complete-word; print -r -- '<'\"<\$BUFFER>\"'>'; BUFFER= }"
zpty -w shell "zle -N shown; bindkey '^X' shown; setopt no_list_beep no_auto_list; print -r -- 're''ady'"
local answer
zpty -r shell answer '*ready*'

# completes EXPECTED TYPED
completes() {
  number+=1
  zpty -w -n shell "$2"$'\x18'
  zpty -r shell answer '*<<*>>*'
  answer=${${answer##*<<}%%>>*}
  if [[ $answer == "$1" ]]; then
    print -r -- "ok $number - $2"
  else
    print -r -- "not ok $number - $2"
    print -r -- "# expected: $1; completed: $answer"
    failed=1
  fi
}

completes 'tracetcp --method=' 'tracetcp --meth'
completes 'tracetcp --method raw ' 'tracetcp --method r'
completes 'tracetcp --method=raw ' 'tracetcp --method=r'
completes 'tracetcp --expect closed ' 'tracetcp --expect c'
completes 'tracetcp host.example ' 'tracetcp ho'
completes 'tracetcp host:gopher ' 'tracetcp host:goph'
completes 'tracetcp -r ssh,gopher ' 'tracetcp -r ssh,goph'
completes 'tracetcp -r ssh gopher ' 'tracetcp -r ssh goph'
completes 'tracetcp host --control gopher ' 'tracetcp host --control goph'
zpty -d shell
print -r -- "1..$number"
exit $failed
