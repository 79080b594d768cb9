using MuSc.Cli.Terminal;
using MuSc.Contracts;

namespace MuSc.Cli.Tests.Terminal;

public sealed class PlainProgressTests
{
    [Fact]
    public void There_is_a_line_every_ten_seconds_and_one_at_the_end() => Assert.Equal(
        [
            "Scoring pairs: 1,000 of 4,000, about 30 s left",
            "Scoring pairs: 2,000 of 4,000, about 20 s left",
            "Scoring pairs: 4,000 of 4,000, 21 s",
        ],
        Lines(
            Step(JobPhase.Score, 0, 0, null), Step(JobPhase.Score, 500, 5, 35), Step(JobPhase.Score, 1000, 10, 30), Step(JobPhase.Score, 1900, 19, 21),
            Step(JobPhase.Score, 2000, 20, 20), Step(JobPhase.Score, 4000, 21, 0), Step(JobPhase.Score, 4000, 22, 0)));

    [Fact]
    public void A_phase_whose_last_step_was_missed_still_ends() => Assert.Equal(
        ["Checking images: 4,000 of 4,000, 2.0 s", "Extracting tokens: 4,000 of 4,000, 3.0 s"],
        Lines(Step(JobPhase.Check, 3999, 2, 0), Step(JobPhase.Extract, 0, 0, null), Step(JobPhase.Extract, 4000, 3, 0)));

    [Fact]
    public void WaitThatBegins_IsShownAtOnce()
    {
        JobProgress step = Step(JobPhase.Score, 7, 1, null);
        Assert.Equal(["Scoring pairs: 7 of 4,000. It waits.", "Scoring pairs: 7 of 4,000"], Lines(step, step with { Waits = "It waits." }, step with { Waits = "It waits." }, step));
    }

    private static JobProgress Step(JobPhase phase, long done, double elapsed, double? left) =>
        new(phase, done, 4000, TimeSpan.FromSeconds(elapsed), left is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private static string[] Lines(params JobProgress[] steps)
    {
        using StringWriter output = new();
        PlainProgress progress = new(output);
        foreach (JobProgress step in steps)
        {
            progress.Report(step);
        }

        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
