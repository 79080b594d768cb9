using MuSc.Contracts;
using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

/// <summary>
/// One map of a job on n nodes under the real ledger: who computes which tile, which blocks every node has to fetch and
/// how many minima it sends. Nodes differ in speed by up to 10 %, tile by tile.
/// </summary>
/// <param name="Images">N.</param>
/// <param name="BlockImages">Images in a block.</param>
/// <param name="Nodes">n.</param>
/// <param name="Threads">Workers of each node, which share the blocks that it has fetched.</param>
internal sealed record ScaleModel(int Images, int BlockImages, int Nodes, int Threads = 1)
{
    /// <summary>Stages of ViT-L/14-336 at 518, float32: L · P · C · 4 bytes of one image.</summary>
    public const double FeatureBytes = 4.0 * 1369 * 1024 * 4;

    /// <summary>Minima of one image pair in one direction over all 12 maps: 12 · P · 4 bytes.</summary>
    public const double MinimaBytes = 12.0 * 1369 * 4;

    public ScaleFigures Run(ScaleOrder order)
    {
        TilePlan plan = new(1, [.. ImageBlock.Cut(0, Images, BlockImages)], ScoringMode.Mutual);
        TileLedger ledger = new(plan, new() { LeaseTime = TimeSpan.MaxValue / 4, PassesInFlight = 1 });
        string[] workers = [.. Enumerable.Range(0, Nodes * Threads).Select(worker => $"{worker / Threads:D4}{(order == ScaleOrder.Threads ? '.' : '/')}{worker % Threads}")];
        HashSet<int>[] held = [.. Enumerable.Range(0, Nodes).Select(node => Enumerable.Range(0, plan.Blocks.Count).Where(block => plan.Home(block, Nodes) == node).ToHashSet())];
        double[] work = new double[Nodes];
        double[] sent = new double[Nodes];
        double[] fetched = new double[Nodes];
        Random random = new(Nodes);
        Queue<Tile>? walk = order != ScaleOrder.Rows ? null : new(Enumerable.Range(0, plan.Blocks.Count).SelectMany(row =>
            plan.Partners(row).Where(column => column >= row).Select(column => new Tile(0, row, column))));

        // Everybody is there before the work begins, as in a cluster that waits for a job.
        ledger.LayOut([.. order == ScaleOrder.Threads ? workers : workers.Select(worker => worker[..4]).Distinct()]);
        PriorityQueue<int, (double Time, int Worker)> free = new();
        for (int worker = 0; worker < workers.Length; worker++)
        {
            free.Enqueue(worker, (0, worker));
        }

        double makespan = 0;
        while (free.TryDequeue(out int worker, out (double Time, int Worker) at))
        {
            int node = worker / Threads;
            Tile? tile = walk is null
                ? ledger.Take(workers[worker], held[node], 1, DateTimeOffset.UnixEpoch).Cast<Tile?>().FirstOrDefault()
                : walk.TryDequeue(out Tile next) ? next : null;
            if (tile is not { } given)
            {
                continue;
            }

            foreach (int block in new[] { given.Row, given.Column }.Distinct())
            {
                fetched[node] += held[node].Add(block) ? plan.Blocks[block].Count * FeatureBytes : 0;
                sent[node] += plan.Home(block, Nodes) == node ? 0 : Pairs(plan, given) * MinimaBytes;
            }

            double cost = Pairs(plan, given) * (given.Row == given.Column ? 0.5 : 1);
            work[node] += cost;
            double end = at.Time + (cost * (0.95 + (0.1 * random.NextDouble())));
            makespan = Math.Max(makespan, end);
            free.Enqueue(worker, (end, worker));
        }

        double mean = work.Average();
        return new(
            work.Max(value => Math.Abs(value - mean)) / mean,
            held.Average(blocks => (double)blocks.Count) / plan.Blocks.Count,
            fetched.Average(),
            sent.Average(),
            fetched.Zip(sent, (features, minima) => features + minima).Max(),
            Bound(),
            makespan * Threads / mean);
    }

    /// <summary>
    /// The least bytes that a node with a fair share of the work must fetch and send. It owns o = N/n images and computes
    /// T = N²/2n image pairs; with h foreign images held, (o + h)²/2 ≥ T, and of its 2T minima at most o·h + o² belong to
    /// itself: min over h of h·F + (2T − min(2T, o·h + o²))·m.
    /// </summary>
    public double Bound()
    {
        double own = (double)Images / Nodes;
        double pairs = (double)Images * Images / (2.0 * Nodes);
        double least = Math.Max(0, Math.Sqrt(2 * pairs) - own);
        return Math.Min(Bytes(least), Bytes(Images - own));

        double Bytes(double foreign) =>
            (foreign * FeatureBytes) + ((2 * pairs) - Math.Min(2 * pairs, (own * foreign) + (own * own))) * MinimaBytes;
    }

    private static double Pairs(TilePlan plan, Tile tile) => (double)plan.Blocks[tile.Row].Count * plan.Blocks[tile.Column].Count;
}

/// <summary>Who gets which tile.</summary>
internal enum ScaleOrder
{
    /// <summary>Each node its share of a quorum over the nodes.</summary>
    Quorum,

    /// <summary>Each thread its share of a quorum over all threads, wherever they are; for comparison.</summary>
    Threads,

    /// <summary>Whoever is free the next in the order of the triangle; for comparison.</summary>
    Rows,
}

/// <summary>What a run of the model gave.</summary>
/// <param name="Imbalance">Largest distance of a node's work from the mean, as a share of it.</param>
/// <param name="Blocks">Mean share of the blocks that a node holds in the end.</param>
/// <param name="Features">Mean bytes of features fetched by a node.</param>
/// <param name="Minima">Mean bytes of minima sent by a node.</param>
/// <param name="Most">Largest sum of both at one node.</param>
/// <param name="Bound">The lower bound.</param>
/// <param name="Makespan">Time to the end over a node's mean work.</param>
internal sealed record ScaleFigures(double Imbalance, double Blocks, double Features, double Minima, double Most, double Bound, double Makespan)
{
    public double Ratio => (Features + Minima) / Bound;

    public double WorstRatio => Most / Bound;
}
