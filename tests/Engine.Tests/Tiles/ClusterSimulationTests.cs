namespace MuSc.Engine.Tests.Tiles;

public sealed class ClusterSimulationTests
{
    // The soak run asks for 10,000 seeds (tests/soak/simulation).
    private static int Seeds => int.TryParse(Environment.GetEnvironmentVariable("MUSC_SIMULATION_SEEDS"), out int seeds) ? seeds : 300;

    [Fact]
    public void Run_RandomFaults_LosesNoTileAndCountsNoneTwice()
    {
        long kills = 0;
        long redone = 0;
        long leftOut = 0;
        long strips = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            using ClusterSimulation simulation = new(seed);
            try
            {
                simulation.Run();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed} failed.", failure);
            }

            kills += simulation.Kills;
            leftOut += simulation.LeftOut;
            strips += simulation.Strips;
            redone += simulation.Computed - simulation.Tiles;
        }

        // The faults really happened.
        Assert.True(kills > Seeds / 2, $"{kills} kills");
        Assert.True(leftOut > Seeds, $"{leftOut} deliveries with floors");
        Assert.True(strips > Seeds, $"{strips} tiles of passes of several strips");
        Assert.True(redone > 0, $"{redone} tiles computed again");
    }
}
