"""Every case (事件): from a report in a stairwell to a verified, rated answer. Nothing can be lost, hidden or gamed.

Words: a raiser (诉求人) raises it; the level that judges it accepts or declines (受理/不予受理) and judges it (研判);
it is dispatched across (分拨) or assigned down (交办), signed for (签收), handled, resolved, verified by someone else
(核实), closed (办结) and rated (评价). A bureau is called by whistle (吹哨) and answers (应哨).

stages        the life of a case as one table: MOVES, after(), moves_from(), diagram() (pure)
terms         how long each stage may take: dated data
models        Case, Step, Assignment, Raiser, Subscription, Photo, Rating; Category, Line: the published list
timing        the clock of a case; by when someone must act; when someone is told
holding       who has a case in hand: Target(post | bureau | area), lead(), helpers(), people()
routing       the published list (分级分类库) asked: line_for(), proposal(), must_not_push_down()
publishing    the list brought as a table (preview, publish), one line changed, written out
lifecycle     move(): the one door; refusals (MovedMeanwhile: another was first)
intake        raise_case(Report), settle(): closed on the spot
triage        accept, decline, appeal, judge(Judgement), take_in (both in one go), escalate
dispatching   give(to=Target), give_all, recall, add_helper, whistle, rate_answer
handling      sign, send_back(line=), pass_on, start, note, suspend, resume, ask/grant/refuse_extension, resolve, answer
closing       verify (and closes), send_for_rework, force, rate, reopen, archive
pressing      urge, supervise
succession    what a post has in hand goes to a successor when it ends
merging       merge(into=), part; let_go(): what ends unhandled frees what was merged into it
voiding       ask, refuse, void
photos        take(stream): written afresh, without place; path_of(photo)
showing       masked(), unmask(reason=): who raised it
queries       cases, case, queue(Asked), to_judge, to_verify, to_call, in_hand, raised, stuck; steps, photos,
              merged_with, raisers, possible(case, viewer): its buttons, alike, citable, categories, colour
figures       figures(viewer, area, since, until, at): honest numbers, each with its formula
morning       sheet(viewer, area, at): what came in the night, falls due today, is overdue, is stuck
follows       who is told of what, as a table
chores        tells of what is due, level by level; lets clocks run again; archives; sweeps photos
taking_over   open matters from an old system: tried, brought, the refused rows given back
promises      its clocks, for whoever changes calendars

A verb takes the case as it was seen (its `turn` tells whether another was first), `by` and `at`; gives back the case as
it stands then; refuses in words. Pages ask `possible` for buttons, and the verb has the last word.
"""
