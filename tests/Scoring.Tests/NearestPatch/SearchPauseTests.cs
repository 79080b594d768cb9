using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Tests.NearestPatch;

public sealed class SearchPauseTests
{
    [Fact]
    public void Single_searches_that_are_given_up_cause_no_pause()
    {
        SearchPause pause = new();
        for (int pair = 0; pair < 100; pair++)
        {
            Assert.True(pause.ShouldSearch());
            pause.Note(givenUp: pair % SearchPause.Patience != 0);
        }
    }

    [Fact]
    public void Pauses_grow_to_the_longest_and_end_with_a_search_that_succeeds()
    {
        SearchPause pause = new();
        for (int pair = 1; pair < SearchPause.Patience; pair++)
        {
            pause.Note(givenUp: true);
        }

        int[] lengths = [.. Enumerable.Range(0, 8).Select(_ => NextPause())];
        Assert.Equal([1, 2, 4, 8, 16, 32, SearchPause.Longest, SearchPause.Longest], lengths);

        pause.Note(givenUp: false);
        Assert.True(pause.ShouldSearch());
        pause.Note(givenUp: true);
        Assert.True(pause.ShouldSearch());

        int NextPause()
        {
            pause.Note(givenUp: true);
            int pairs = 0;
            while (!pause.ShouldSearch())
            {
                pairs++;
            }

            return pairs;
        }
    }
}
