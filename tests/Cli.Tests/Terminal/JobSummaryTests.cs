using MuSc.Cli.Terminal;
using MuSc.Contracts;

namespace MuSc.Cli.Tests.Terminal;

public sealed class JobSummaryTests
{
    [Fact]
    public void A_resumed_run_says_what_it_took_over_and_what_it_did_again()
    {
        ResumedWork resumed = new(40, 3, new(TakenOver: 1200, Snapshot: 1200, Merged: 1500, Begun: 1600));
        Assert.Equal(
            "Taken over from the run before: the features of 40 images, 1,200 of its 1,600 image pairs. "
            + "Done again: the features of 3 images, 400 image pairs.",
            JobSummary.Of(resumed));
    }
}
